-- What PostGraphile serves beyond the tables: the plain weighted mean (as in ranking.mjs), rows by id, and a vote.
CREATE TYPE rated AS (dimension TEXT, score FLOAT8, low FLOAT8, high FLOAT8);
CREATE TYPE placed AS (endpoint_id TEXT, endpoint_slug TEXT, score FLOAT8, low FLOAT8, high FLOAT8, dimensions rated[]);

CREATE FUNCTION ranking(use_case TEXT, tool_calling float8, api_reliability float8, cost_per_task float8, context_quality float8, latency float8, how_many INT)
RETURNS SETOF placed LANGUAGE sql STABLE AS $$
    WITH means AS MATERIALIZED (
        SELECT r.endpoint_id, AVG(tool_calling) m1, AVG(api_reliability) m2, AVG(cost_per_task) m3, AVG(context_quality) m4, AVG(latency) m5
        FROM review r WHERE r.use_case = ranking.use_case AND r.state = 'PUBLISHED' GROUP BY r.endpoint_id
    ), scored AS MATERIALIZED (
        SELECT means.*, total, (ranking.tool_calling * COALESCE(m1, 0) + ranking.api_reliability * COALESCE(m2, 0) + ranking.cost_per_task * COALESCE(m3, 0) + ranking.context_quality * COALESCE(m4, 0) + ranking.latency * COALESCE(m5, 0)) / total AS score
        FROM means, LATERAL (SELECT CASE WHEN m1 IS NULL THEN 0 ELSE ranking.tool_calling END + CASE WHEN m2 IS NULL THEN 0 ELSE ranking.api_reliability END + CASE WHEN m3 IS NULL THEN 0 ELSE ranking.cost_per_task END + CASE WHEN m4 IS NULL THEN 0 ELSE ranking.context_quality END + CASE WHEN m5 IS NULL THEN 0 ELSE ranking.latency END AS total) t
        WHERE total > 0
        ORDER BY score DESC, endpoint_id LIMIT how_many
    )
    SELECT e.id, e.slug, score, score - 1.96 * error, score + 1.96 * error, ARRAY[
        ROW('TOOL_CALLING', m1, m1 - 1.96 * SQRT(v1), m1 + 1.96 * SQRT(v1))::rated,
        ROW('API_RELIABILITY', m2, m2 - 1.96 * SQRT(v2), m2 + 1.96 * SQRT(v2))::rated,
        ROW('COST_PER_TASK', m3, m3 - 1.96 * SQRT(v3), m3 + 1.96 * SQRT(v3))::rated,
        ROW('CONTEXT_QUALITY', m4, m4 - 1.96 * SQRT(v4), m4 + 1.96 * SQRT(v4))::rated,
        ROW('LATENCY', m5, m5 - 1.96 * SQRT(v5), m5 + 1.96 * SQRT(v5))::rated
    ]
    FROM scored JOIN endpoint e ON e.id = scored.endpoint_id
    CROSS JOIN LATERAL (
        SELECT
            VAR_POP(tool_calling)::float8 / NULLIF(COUNT(tool_calling), 0) v1,
            VAR_POP(api_reliability)::float8 / NULLIF(COUNT(api_reliability), 0) v2,
            VAR_POP(cost_per_task)::float8 / NULLIF(COUNT(cost_per_task), 0) v3,
            VAR_POP(context_quality)::float8 / NULLIF(COUNT(context_quality), 0) v4,
            VAR_POP(latency)::float8 / NULLIF(COUNT(latency), 0) v5
        FROM review r
        WHERE r.use_case = ranking.use_case AND r.state = 'PUBLISHED' AND r.endpoint_id = scored.endpoint_id
    ) n
    CROSS JOIN LATERAL (
        SELECT SQRT(ranking.tool_calling ^ 2 * COALESCE(v1, 0) + ranking.api_reliability ^ 2 * COALESCE(v2, 0) + ranking.cost_per_task ^ 2 * COALESCE(v3, 0) + ranking.context_quality ^ 2 * COALESCE(v4, 0) + ranking.latency ^ 2 * COALESCE(v5, 0)) / total AS error
    ) x
    ORDER BY score DESC, e.id
$$;

CREATE FUNCTION endpoints_by_id(ids TEXT[]) RETURNS SETOF endpoint LANGUAGE sql STABLE AS $$
    SELECT e.* FROM unnest(ids) WITH ORDINALITY k(value, place) JOIN endpoint e ON e.id = k.value ORDER BY place
$$;

CREATE FUNCTION cast_vote(review_id TEXT, helpful BOOLEAN) RETURNS vote LANGUAGE sql VOLATILE AS $$
    INSERT INTO vote (id, review_id, voter_id, helpful, cast_at)
    SELECT 'vot_' || left(md5(random()::text), 12), r.id, s.reviewer_id, cast_vote.helpful,
           (extract(epoch FROM now()) * 1000000)::bigint
    FROM session s, review r
    WHERE s.digest = encode(sha256(convert_to(current_setting('bench.session', true), 'UTF8')), 'hex')
      AND s.expires_at > extract(epoch FROM now()) * 1000000
      AND r.id = cast_vote.review_id AND r.state = 'PUBLISHED' AND r.reviewer_id <> s.reviewer_id
    ON CONFLICT ON CONSTRAINT vote_review_id_voter_id_key
    DO UPDATE SET helpful = excluded.helpful, cast_at = excluded.cast_at
    RETURNING *
$$;
