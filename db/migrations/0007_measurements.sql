-- What telemetry showed: summaries and how they were judged, what was seen of their traces, and figures to compare.

CREATE TABLE summary (
    id TEXT NOT NULL PRIMARY KEY,
    review_id TEXT NOT NULL REFERENCES review (id) ON DELETE CASCADE,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id) ON DELETE CASCADE,
    endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
    use_case TEXT NOT NULL,
    attestation_id TEXT REFERENCES attestation (id) ON DELETE SET NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    figures TEXT NOT NULL, -- sqlite only
    found TEXT NOT NULL, -- sqlite only
    figures JSONB NOT NULL, -- postgresql only
    found JSONB NOT NULL, -- postgresql only
    state TEXT NOT NULL CHECK (state IN ('ACCEPTED', 'PENDING', 'REJECTED')),
    origin TEXT NOT NULL CHECK (origin IN ('SELF_REPORTED', 'RECOMPUTED', 'ATTESTED')),
    superseded BOOLEAN NOT NULL CHECK (superseded IN (TRUE, FALSE)),
    requests BIGINT NOT NULL CHECK (requests >= 0),
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    p50 DOUBLE PRECISION,
    p95 DOUBLE PRECISION,
    p99 DOUBLE PRECISION,
    created_at BIGINT NOT NULL,
    CHECK (first_day <= last_day),
    UNIQUE (review_id, digest)
);
CREATE INDEX summary_of_review ON summary (review_id, created_at, id);
CREATE INDEX summary_of_reviewer ON summary (reviewer_id, created_at);
CREATE INDEX summary_of_endpoint ON summary (endpoint_id, use_case, created_at);
CREATE INDEX summary_by_latency ON summary (p50, p95);
CREATE INDEX summary_of_attestation ON summary (attestation_id);

-- HMACs of trace ids under the instance's key: a trace that comes again is noticed, and none can be found.
CREATE TABLE seen_trace (
    digest TEXT NOT NULL CHECK (length(digest) = 16),
    summary_id TEXT NOT NULL REFERENCES summary (id) ON DELETE CASCADE,
    PRIMARY KEY (digest, summary_id)
);
CREATE INDEX seen_trace_of_summary ON seen_trace (summary_id);

CREATE TABLE measurement (
    id TEXT NOT NULL PRIMARY KEY,
    summary_id TEXT NOT NULL REFERENCES summary (id) ON DELETE CASCADE,
    review_id TEXT NOT NULL REFERENCES review (id) ON DELETE CASCADE,
    metric TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL CHECK (value >= 0),
    unit TEXT NOT NULL CHECK (unit IN ('RATIO', 'SECONDS', 'USD')),
    n BIGINT NOT NULL CHECK (n > 0),
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    concurrency DOUBLE PRECISION CHECK (concurrency >= 1),
    origin TEXT NOT NULL CHECK (origin IN ('SELF_REPORTED', 'RECOMPUTED', 'ATTESTED')),
    bins TEXT NOT NULL, -- sqlite only
    bins JSONB NOT NULL, -- postgresql only
    created_at BIGINT NOT NULL,
    CHECK (unit <> 'RATIO' OR value <= 1),
    UNIQUE (summary_id, metric)
);
CREATE INDEX measurement_of_review ON measurement (review_id, created_at, id);

-- The measurements of an endpoint in a use case as one: written with each of them, read by rankings.
CREATE TABLE pooled_measurement (
    id TEXT NOT NULL PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES endpoint (id) ON DELETE CASCADE,
    use_case TEXT NOT NULL,
    metric TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL CHECK (value >= 0),
    unit TEXT NOT NULL CHECK (unit IN ('RATIO', 'SECONDS', 'USD')),
    n BIGINT NOT NULL CHECK (n > 0),
    reports INTEGER NOT NULL CHECK (reports > 0),
    reviewers INTEGER NOT NULL CHECK (reviewers BETWEEN 1 AND reports),
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    concurrency DOUBLE PRECISION CHECK (concurrency >= 1),
    origin TEXT NOT NULL CHECK (origin IN ('SELF_REPORTED', 'RECOMPUTED', 'ATTESTED')),
    CHECK (unit <> 'RATIO' OR value <= 1),
    UNIQUE (endpoint_id, use_case, metric)
);
CREATE INDEX pooled_measurement_by_value ON pooled_measurement (use_case, metric, value);
