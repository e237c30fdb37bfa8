-- The tables an ordinary service would have: ratings beside their review, votes on the review, an index for each list.
CREATE TABLE developer (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE provider (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE model (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    developer_id TEXT NOT NULL REFERENCES developer (id),
    context_window BIGINT, open_weights BOOLEAN NOT NULL, input_modalities TEXT NOT NULL
);
CREATE TABLE endpoint (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE,
    model_id TEXT NOT NULL REFERENCES model (id), provider_id TEXT NOT NULL REFERENCES provider (id),
    provider_model_id TEXT NOT NULL, context_limit BIGINT
);
CREATE TABLE reviewer (id TEXT PRIMARY KEY, login TEXT NOT NULL, joined_at BIGINT NOT NULL);
CREATE TABLE review (
    id TEXT PRIMARY KEY,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id), endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
    use_case TEXT NOT NULL, state TEXT NOT NULL,
    tool_calling SMALLINT, api_reliability SMALLINT, cost_per_task SMALLINT, context_quality SMALLINT, latency SMALLINT,
    published_at BIGINT NOT NULL
);
CREATE TABLE vote (
    id TEXT PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES review (id), voter_id TEXT NOT NULL REFERENCES reviewer (id),
    helpful BOOLEAN NOT NULL, cast_at BIGINT NOT NULL,
    UNIQUE (review_id, voter_id)
);
CREATE TABLE session (
    digest TEXT PRIMARY KEY, reviewer_id TEXT NOT NULL REFERENCES reviewer (id), expires_at BIGINT NOT NULL
);
CREATE INDEX endpoint_of_model ON endpoint (model_id, slug);
CREATE INDEX endpoint_of_provider ON endpoint (provider_id);
CREATE INDEX model_of_developer ON model (developer_id);
CREATE INDEX review_of_endpoint ON review (endpoint_id, published_at, id);
CREATE INDEX review_of_reviewer ON review (reviewer_id);
CREATE INDEX vote_of_review ON vote (review_id, cast_at, id);
CREATE INDEX vote_of_voter ON vote (voter_id);
CREATE INDEX session_of_reviewer ON session (reviewer_id);
-- A ranking reads this index alone.
CREATE INDEX review_ratings ON review
    (use_case, state, endpoint_id, tool_calling, api_reliability, cost_per_task, context_quality, latency);
