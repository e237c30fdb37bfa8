-- The first tables. One file for both dialects: a line that ends in `-- sqlite only` or `-- postgresql only`
-- runs there alone. Moments are microseconds since 1970 in UTC, dollars are millionths, ids are public text.

CREATE TABLE developer (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);

CREATE TABLE model (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    developer_id TEXT NOT NULL REFERENCES developer (id),
    family TEXT,
    release_date DATE,
    knowledge_cutoff TEXT,
    context_window BIGINT CHECK (context_window > 0),
    output_limit BIGINT CHECK (output_limit > 0),
    open_weights BOOLEAN NOT NULL,
    tool_call BOOLEAN,
    reasoning BOOLEAN,
    structured_output BOOLEAN,
    deprecated BOOLEAN,
    input_modalities TEXT NOT NULL -- sqlite only
    input_modalities JSONB NOT NULL -- postgresql only
);
CREATE INDEX model_of_developer ON model (developer_id, slug);

CREATE TABLE model_alias (
    id TEXT NOT NULL PRIMARY KEY,
    model_id TEXT NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    valid_from DATE,
    valid_to DATE,
    CHECK (valid_to >= valid_from),
    UNIQUE (source, name, model_id)
);
CREATE INDEX model_alias_of_model ON model_alias (model_id, id);

CREATE TABLE provider (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    api_url TEXT,
    doc_url TEXT
);

CREATE TABLE endpoint (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    model_id TEXT NOT NULL REFERENCES model (id),
    provider_id TEXT NOT NULL REFERENCES provider (id),
    provider_model_id TEXT NOT NULL,
    context_limit BIGINT CHECK (context_limit > 0),
    output_limit BIGINT CHECK (output_limit > 0),
    tool_call BOOLEAN,
    structured_output BOOLEAN,
    reasoning BOOLEAN,
    quantization TEXT,
    status TEXT,
    UNIQUE (provider_id, provider_model_id)
);
CREATE INDEX endpoint_of_model ON endpoint (model_id, slug);
CREATE INDEX endpoint_of_provider ON endpoint (provider_id, slug);

CREATE TABLE price_period (
    id TEXT NOT NULL PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES endpoint (id) ON DELETE CASCADE,
    valid_from DATE,
    valid_to DATE,
    condition TEXT,
    input_usd_per_mtok BIGINT CHECK (input_usd_per_mtok >= 0),
    output_usd_per_mtok BIGINT CHECK (output_usd_per_mtok >= 0),
    cache_read_usd_per_mtok BIGINT CHECK (cache_read_usd_per_mtok >= 0),
    cache_write_usd_per_mtok BIGINT CHECK (cache_write_usd_per_mtok >= 0),
    source TEXT NOT NULL,
    checked_on DATE NOT NULL,
    CHECK (valid_to >= valid_from),
    CHECK (COALESCE(input_usd_per_mtok, output_usd_per_mtok) IS NOT NULL)
);
CREATE INDEX price_period_of_endpoint ON price_period (endpoint_id, id);

CREATE TABLE reviewer (
    id TEXT NOT NULL PRIMARY KEY,
    issuer TEXT NOT NULL CHECK (issuer IN ('GITHUB', 'LOCAL', 'DEMO')),
    subject TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT,
    role TEXT NOT NULL CHECK (role IN ('MEMBER', 'MODERATOR')),
    trust DOUBLE PRECISION NOT NULL CHECK (trust BETWEEN 0 AND 1),
    standing SMALLINT NOT NULL CHECK (standing IN (0, 1, 2)),
    track_record DOUBLE PRECISION NOT NULL CHECK (track_record BETWEEN 0.4 AND 1.5),
    severity DOUBLE PRECISION NOT NULL CHECK (severity BETWEEN -0.5 AND 0.5),
    joined_at BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX reviewer_by_login ON reviewer (login);

CREATE TABLE session (
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > created_at)
);
CREATE INDEX session_of_reviewer ON session (reviewer_id);

-- A sign-in under way: its state is single-use (the row is deleted when spent) and bound to one browser.
CREATE TABLE sign_in (
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    browser_digest TEXT NOT NULL CHECK (length(browser_digest) = 64),
    verifier TEXT NOT NULL,
    next_path TEXT NOT NULL CHECK (next_path LIKE '/%'),
    expires_at BIGINT NOT NULL
);

-- A revision and its review are written together and point at each other, hence the deferred keys.
CREATE TABLE revision (
    id TEXT NOT NULL PRIMARY KEY,
    review_id TEXT NOT NULL,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    tool_calling SMALLINT CHECK (tool_calling IN (1, 2, 3, 4, 5)),
    api_reliability SMALLINT CHECK (api_reliability IN (1, 2, 3, 4, 5)),
    cost_per_task SMALLINT CHECK (cost_per_task IN (1, 2, 3, 4, 5)),
    context_quality SMALLINT CHECK (context_quality IN (1, 2, 3, 4, 5)),
    latency SMALLINT CHECK (latency IN (1, 2, 3, 4, 5)),
    pros TEXT NOT NULL CHECK (length(pros) <= 10000),
    cons TEXT NOT NULL CHECK (length(cons) <= 10000),
    volume TEXT CHECK (volume IN ('UNDER_100', 'FROM_100', 'FROM_1K', 'FROM_10K', 'FROM_100K')),
    used_from DATE,
    used_to DATE,
    region TEXT,
    framework TEXT,
    concurrency INTEGER CHECK (concurrency >= 1),
    turns INTEGER CHECK (turns >= 1),
    input_tokens INTEGER CHECK (input_tokens >= 1),
    interest TEXT NOT NULL
        CHECK (interest IN ('NONE', 'CUSTOMER_INCENTIVE', 'VENDOR_AFFILIATED', 'COMPETITOR_AFFILIATED')),
    created_at BIGINT NOT NULL,
    CHECK (COALESCE(tool_calling, api_reliability, cost_per_task, context_quality, latency) IS NOT NULL),
    CHECK (used_to >= used_from),
    UNIQUE (review_id, number),
    UNIQUE (id, review_id),
    UNIQUE (id, reviewer_id)
    , FOREIGN KEY (review_id, reviewer_id) REFERENCES review (id, reviewer_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED -- sqlite only
);

CREATE TABLE review (
    id TEXT NOT NULL PRIMARY KEY,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id),
    endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
    use_case TEXT NOT NULL
        CHECK (use_case IN ('RAG', 'CUSTOMER_SERVICE', 'CODING', 'FINANCIAL_ANALYSIS', 'GENERAL_ASSISTANT')),
    state TEXT NOT NULL CHECK (state IN ('PUBLISHED', 'RETRACTED', 'HIDDEN')),
    revision_id TEXT NOT NULL,
    scoring_level SMALLINT NOT NULL CHECK (scoring_level BETWEEN 0 AND 5),
    idempotency_key TEXT CHECK (length(idempotency_key) BETWEEN 1 AND 100),
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL CHECK (updated_at >= published_at),
    UNIQUE (id, reviewer_id),
    UNIQUE (reviewer_id, idempotency_key),
    FOREIGN KEY (revision_id, id) REFERENCES revision (id, review_id) DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE revision ADD FOREIGN KEY (review_id, reviewer_id) REFERENCES review (id, reviewer_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED; -- postgresql only
-- A retracted review makes room for a new one; a hidden one does not.
CREATE UNIQUE INDEX one_live_review ON review (reviewer_id, endpoint_id, use_case) WHERE state <> 'RETRACTED';
CREATE INDEX review_of_endpoint ON review (endpoint_id, published_at, id);
CREATE INDEX review_of_reviewer ON review (reviewer_id, published_at, id);
CREATE INDEX review_by_time ON review (published_at, id);

CREATE TABLE evidence (
    id TEXT NOT NULL PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES review (id) ON DELETE CASCADE,
    level SMALLINT NOT NULL CHECK (level BETWEEN 0 AND 6),
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'ACCEPTED', 'REJECTED', 'REVOKED', 'EXPIRED')),
    reason TEXT NOT NULL CHECK (length(reason) <= 2000),
    decided_by_id TEXT REFERENCES reviewer (id),
    decided_at BIGINT,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    CHECK ((state = 'PENDING') = (decided_at IS NULL)),
    UNIQUE (review_id, level)
);

-- `author_id` repeats the revision's author so that the database itself refuses a vote on one's own review.
CREATE TABLE vote (
    id TEXT NOT NULL PRIMARY KEY,
    revision_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    voter_id TEXT NOT NULL REFERENCES reviewer (id) ON DELETE CASCADE,
    helpful BOOLEAN NOT NULL CHECK (helpful IN (TRUE, FALSE)),
    cast_at BIGINT NOT NULL,
    CONSTRAINT nobody_votes_on_their_own_review CHECK (voter_id <> author_id),
    UNIQUE (revision_id, voter_id),
    FOREIGN KEY (revision_id, author_id) REFERENCES revision (id, reviewer_id) ON DELETE CASCADE
);
CREATE INDEX vote_of_revision ON vote (revision_id, cast_at, id);
CREATE INDEX vote_of_voter ON vote (voter_id, cast_at, id);

CREATE TABLE epoch (
    id INTEGER NOT NULL PRIMARY KEY,
    baselines TEXT NOT NULL, -- sqlite only
    baselines JSONB NOT NULL, -- postgresql only
    published_at BIGINT NOT NULL
);
INSERT INTO epoch (id, baselines, published_at) VALUES (0, '{}', 0);

-- Integer histograms of residuals: what every standing is computed from (docs/decisions/0004).
CREATE TABLE statistic (
    epoch_id INTEGER NOT NULL REFERENCES epoch (id) ON DELETE CASCADE,
    endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
    use_case TEXT NOT NULL,
    dimension TEXT NOT NULL
        CHECK (dimension IN ('TOOL_CALLING', 'API_RELIABILITY', 'COST_PER_TASK', 'CONTEXT_QUALITY', 'LATENCY')),
    scoring_level SMALLINT NOT NULL CHECK (scoring_level BETWEEN 0 AND 5),
    standing SMALLINT NOT NULL CHECK (standing IN (0, 1, 2)),
    month INTEGER NOT NULL,
    bin SMALLINT NOT NULL CHECK (bin BETWEEN 0 AND 32),
    mass BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (epoch_id, use_case, endpoint_id, dimension, scoring_level, standing, month, bin)
);

-- Bumped by every write that moves a standing of the use case: seeds the rank draws, keys caches.
CREATE TABLE standing_version (
    use_case TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO standing_version (use_case, version) VALUES
    ('RAG', 0), ('CUSTOMER_SERVICE', 0), ('CODING', 0), ('FINANCIAL_ANALYSIS', 0), ('GENERAL_ASSISTANT', 0);

CREATE TRIGGER revision_is_immutable BEFORE UPDATE ON revision -- sqlite only
    BEGIN SELECT RAISE(ABORT, 'a revision is immutable'); END; -- sqlite only
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS -- postgresql only
    'BEGIN RAISE EXCEPTION ''a revision is immutable'' USING ERRCODE = ''23514''; END'; -- postgresql only
CREATE TRIGGER revision_is_immutable BEFORE UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_change(); -- postgresql only
