-- Everything an answer shows of a vote stands in the index that finds it, so that no vote is looked up by itself.
DROP INDEX vote_of_revision;
CREATE INDEX vote_of_revision ON vote (revision_id, cast_at, id, voter_id, helpful);
