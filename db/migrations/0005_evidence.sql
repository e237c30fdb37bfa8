-- Tokens for programs, what CI runs attested, whom a repository counts for, and the chain of every decision.

CREATE TABLE api_token (
    id TEXT NOT NULL PRIMARY KEY,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    scope_bits SMALLINT NOT NULL CHECK (scope_bits BETWEEN 1 AND 31),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    CHECK (expires_at > created_at AND expires_at <= created_at + 31622400000000) -- microseconds of 366 days
);
CREATE INDEX api_token_of_reviewer ON api_token (reviewer_id, created_at, id);

-- A token counts once, and an attempt of a run counts once for an endpoint.
CREATE TABLE attestation (
    id TEXT NOT NULL PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES review (id) ON DELETE CASCADE,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id),
    endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
    issuer TEXT NOT NULL,
    token_id TEXT NOT NULL CHECK (length(token_id) BETWEEN 1 AND 200),
    repository_id BIGINT NOT NULL CHECK (repository_id > 0),
    owner_id BIGINT NOT NULL CHECK (owner_id > 0),
    run_id BIGINT NOT NULL CHECK (run_id > 0),
    attempt BIGINT NOT NULL CHECK (attempt > 0),
    event TEXT NOT NULL,
    hosted BOOLEAN NOT NULL CHECK (hosted IN (TRUE, FALSE)),
    strong BOOLEAN NOT NULL CHECK (strong IN (TRUE, FALSE)),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    created_at BIGINT NOT NULL,
    UNIQUE (issuer, token_id),
    UNIQUE (issuer, repository_id, run_id, attempt, endpoint_id)
);
CREATE INDEX attestation_of_review ON attestation (review_id, created_at, id);
CREATE INDEX attestation_of_reviewer ON attestation (reviewer_id, issuer, repository_id);

-- A repository and its owner count for one reviewer of an endpoint at a time.
CREATE TABLE repository_claim (
    issuer TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('OWNER', 'REPOSITORY')),
    number BIGINT NOT NULL CHECK (number > 0),
    endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, kind, number, endpoint_id)
);
CREATE INDEX repository_claim_of_reviewer ON repository_claim (reviewer_id);

-- What a reviewer asked us to look at: a repository (2) or a domain (3), and how the looking goes.
CREATE TABLE proof (
    id TEXT NOT NULL PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES review (id) ON DELETE CASCADE,
    level SMALLINT NOT NULL CHECK (level IN (2, 3)),
    subject TEXT NOT NULL, -- sqlite only
    subject JSONB NOT NULL, -- postgresql only
    challenge TEXT NOT NULL CHECK (length(challenge) >= 16),
    state TEXT NOT NULL CHECK (state IN ('WAITING', 'PENDING', 'PROVEN', 'FAILED')),
    fault TEXT,
    misses SMALLINT NOT NULL DEFAULT 0 CHECK (misses BETWEEN 0 AND 2),
    check_at BIGINT,
    checked_at BIGINT,
    created_at BIGINT NOT NULL,
    CHECK ((state = 'FAILED') = (fault IS NOT NULL)),
    CHECK ((state IN ('PENDING', 'PROVEN')) = (check_at IS NOT NULL)),
    UNIQUE (review_id, level)
);
CREATE INDEX proof_due ON proof (check_at, id);

-- The chain: each hash covers the one before it. The head is locked by whoever adds a link, and shows a cut-off end.
CREATE TABLE audit_event (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id > 0),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    previous TEXT NOT NULL UNIQUE CHECK (length(previous) = 64),
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
);
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last INTEGER NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, last, hash)
    VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TRIGGER audit_event_is_immutable BEFORE UPDATE ON audit_event -- sqlite only
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END; -- sqlite only
CREATE TRIGGER audit_event_is_kept BEFORE DELETE ON audit_event -- sqlite only
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END; -- sqlite only
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS -- postgresql only
    'BEGIN RAISE EXCEPTION ''the audit trail is only added to'' USING ERRCODE = ''23514''; END'; -- postgresql only
CREATE TRIGGER audit_event_is_immutable BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_audit_change(); -- postgresql only
