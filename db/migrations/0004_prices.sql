-- A price's condition in parts that can be computed with: the size of a request above which it holds, and every other
-- term (a time of day, a batch). The words of `condition` hold both. The import that follows fills them in.

ALTER TABLE price_period ADD COLUMN above_tokens BIGINT CHECK (above_tokens > 0);
ALTER TABLE price_period ADD COLUMN terms TEXT CHECK (length(terms) > 0);
