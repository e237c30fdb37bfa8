-- Public facts: benchmark scores, independent agent results, results by host. Each row has its source, date,
-- configuration and reporter, and all of them are in its key: nothing is merged. No standing is computed from them.

CREATE TABLE source (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL CHECK (url LIKE 'https://%'),
    revision TEXT NOT NULL,
    revised_on DATE,
    licence TEXT NOT NULL CHECK (length(licence) > 0),
    attribution TEXT NOT NULL CHECK (length(attribution) > 0)
);

CREATE TABLE benchmark (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    found TEXT NOT NULL -- sqlite only
    found JSONB NOT NULL -- postgresql only
);

-- An unknown unit is null; so is an unknown value, which only a cost may have.
CREATE TABLE benchmark_score (
    id TEXT NOT NULL PRIMARY KEY,
    model_id TEXT NOT NULL REFERENCES model (id),
    benchmark_id TEXT NOT NULL REFERENCES benchmark (id),
    source_id TEXT NOT NULL REFERENCES source (id),
    value DOUBLE PRECISION NOT NULL CHECK (value BETWEEN 0 AND 1e12),
    unit TEXT CHECK (unit = 'PERCENT'),
    reporter TEXT NOT NULL CHECK (reporter IN ('VENDOR', 'INDEPENDENT')),
    reported_by TEXT NOT NULL,
    reported_on DATE NOT NULL,
    configuration TEXT CHECK (length(configuration) > 0),
    source_path TEXT NOT NULL,
    found TEXT NOT NULL, -- sqlite only
    found JSONB NOT NULL, -- postgresql only
    CHECK (unit IS NULL OR value <= 100)
);
CREATE UNIQUE INDEX one_benchmark_score ON benchmark_score
    (benchmark_id, model_id, source_id, reported_by, reported_on, COALESCE(configuration, ''));
CREATE INDEX benchmark_score_of_benchmark ON benchmark_score (benchmark_id, value, id);
CREATE INDEX benchmark_score_of_model ON benchmark_score (model_id, benchmark_id);
CREATE INDEX benchmark_score_of_source ON benchmark_score (source_id);

CREATE TABLE agent_result (
    id TEXT NOT NULL PRIMARY KEY,
    model_id TEXT NOT NULL REFERENCES model (id),
    source_id TEXT NOT NULL REFERENCES source (id),
    metric TEXT NOT NULL CHECK (length(metric) > 0),
    value DOUBLE PRECISION CHECK (value BETWEEN 0 AND 1e12),
    unit TEXT CHECK (unit IN ('PERCENT', 'RATIO', 'COUNT', 'SECONDS', 'TOKENS_PER_SECOND', 'USD', 'USD_TOTAL')),
    n INTEGER CHECK (n > 0),
    use_case TEXT NOT NULL
        CHECK (use_case IN ('RAG', 'CUSTOMER_SERVICE', 'CODING', 'FINANCIAL_ANALYSIS', 'GENERAL_ASSISTANT')),
    dimension TEXT
        CHECK (dimension IN ('TOOL_CALLING', 'API_RELIABILITY', 'COST_PER_TASK', 'CONTEXT_QUALITY', 'LATENCY')),
    harness TEXT CHECK (length(harness) > 0),
    configuration TEXT CHECK (length(configuration) > 0),
    reporter TEXT NOT NULL CHECK (reporter IN ('VENDOR', 'INDEPENDENT')),
    reported_by TEXT NOT NULL,
    reported_on DATE NOT NULL,
    source_path TEXT NOT NULL,
    found TEXT NOT NULL, -- sqlite only
    found JSONB NOT NULL, -- postgresql only
    CHECK (value IS NOT NULL OR COALESCE(unit, '') IN ('USD', 'USD_TOTAL')),
    CHECK (value > 0 OR COALESCE(unit, '') NOT IN ('USD', 'USD_TOTAL')),
    CHECK (unit <> 'PERCENT' OR value <= 100),
    CHECK (unit <> 'RATIO' OR value <= 1)
);
CREATE UNIQUE INDEX one_agent_result ON agent_result
    (model_id, metric, source_id, reported_by, reported_on, COALESCE(harness, ''), COALESCE(configuration, ''));
CREATE INDEX agent_result_of_source ON agent_result (source_id);

CREATE TABLE endpoint_result (
    id TEXT NOT NULL PRIMARY KEY,
    model_id TEXT NOT NULL REFERENCES model (id),
    host TEXT NOT NULL CHECK (length(host) > 0),
    provider_id TEXT REFERENCES provider (id),
    endpoint_id TEXT REFERENCES endpoint (id),
    source_id TEXT NOT NULL REFERENCES source (id),
    metric TEXT NOT NULL CHECK (length(metric) > 0),
    value DOUBLE PRECISION CHECK (value BETWEEN 0 AND 1e12),
    unit TEXT CHECK (unit IN ('PERCENT', 'RATIO', 'COUNT', 'SECONDS', 'TOKENS_PER_SECOND', 'USD', 'USD_TOTAL')),
    n INTEGER CHECK (n > 0),
    concurrency INTEGER CHECK (concurrency > 0),
    configuration TEXT CHECK (length(configuration) > 0),
    reporter TEXT NOT NULL CHECK (reporter IN ('VENDOR', 'INDEPENDENT')),
    reported_by TEXT NOT NULL,
    reported_on DATE NOT NULL,
    source_path TEXT NOT NULL,
    found TEXT NOT NULL, -- sqlite only
    found JSONB NOT NULL, -- postgresql only
    CHECK (value IS NOT NULL OR COALESCE(unit, '') IN ('USD', 'USD_TOTAL')),
    CHECK (value > 0 OR COALESCE(unit, '') NOT IN ('USD', 'USD_TOTAL')),
    CHECK (unit <> 'PERCENT' OR value <= 100),
    CHECK (unit <> 'RATIO' OR value <= 1)
);
CREATE UNIQUE INDEX one_endpoint_result ON endpoint_result
    (model_id, host, metric, source_id, reported_on, COALESCE(concurrency, 0), COALESCE(configuration, ''));
CREATE INDEX endpoint_result_of_endpoint ON endpoint_result (endpoint_id, metric);
CREATE INDEX endpoint_result_of_provider ON endpoint_result (provider_id);
CREATE INDEX endpoint_result_of_source ON endpoint_result (source_id);

-- What was imported last, so that a server whose files are unchanged starts at once.
CREATE TABLE import_digest (
    name TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL CHECK (length(digest) = 64)
);
