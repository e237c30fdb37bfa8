-- A price's condition in parts that can be computed with: the size of a request above which it holds, and every other
-- term (a time of day, a batch). The words of `condition` hold both.

ALTER TABLE price_period ADD COLUMN above_tokens BIGINT CHECK (above_tokens > 0);
ALTER TABLE price_period ADD COLUMN terms TEXT CHECK (length(terms) > 0);

-- The files are unchanged, but what is read from them is not: read them again.
DELETE FROM import_digest;
