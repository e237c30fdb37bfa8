-- What a list shows of an endpoint's reviews stands in the index that finds them, so that few are looked up by themselves.
DROP INDEX review_of_endpoint;
CREATE INDEX review_of_endpoint ON review (endpoint_id, published_at, id, state, reviewer_id, use_case, revision_id);
