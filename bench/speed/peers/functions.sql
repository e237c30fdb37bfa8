-- What PostGraphile serves beyond the tables: the plain weighted mean (as in ranking.mjs), rows by id, and a vote.
CREATE TYPE rated AS (dimension TEXT, score FLOAT8, low FLOAT8, high FLOAT8);
CREATE TYPE placed AS (endpoint_id TEXT, endpoint_slug TEXT, score FLOAT8, low FLOAT8, high FLOAT8, dimensions rated[]);

CREATE FUNCTION ranking(use_case TEXT, tool_calling float8, api_reliability float8, cost_per_task float8, context_quality float8, latency float8, how_many INT)
RETURNS SETOF placed LANGUAGE sql STABLE AS $$
    WITH sums AS MATERIALIZED (
        SELECT r.endpoint_id,
        COUNT(tool_calling)::float8 n1, SUM(tool_calling)::float8 / NULLIF(COUNT(tool_calling), 0) m1, SUM(tool_calling * tool_calling)::float8 / NULLIF(COUNT(tool_calling), 0) q1,
        COUNT(api_reliability)::float8 n2, SUM(api_reliability)::float8 / NULLIF(COUNT(api_reliability), 0) m2, SUM(api_reliability * api_reliability)::float8 / NULLIF(COUNT(api_reliability), 0) q2,
        COUNT(cost_per_task)::float8 n3, SUM(cost_per_task)::float8 / NULLIF(COUNT(cost_per_task), 0) m3, SUM(cost_per_task * cost_per_task)::float8 / NULLIF(COUNT(cost_per_task), 0) q3,
        COUNT(context_quality)::float8 n4, SUM(context_quality)::float8 / NULLIF(COUNT(context_quality), 0) m4, SUM(context_quality * context_quality)::float8 / NULLIF(COUNT(context_quality), 0) q4,
        COUNT(latency)::float8 n5, SUM(latency)::float8 / NULLIF(COUNT(latency), 0) m5, SUM(latency * latency)::float8 / NULLIF(COUNT(latency), 0) q5
        FROM review r WHERE r.use_case = ranking.use_case AND r.state = 'PUBLISHED' GROUP BY r.endpoint_id
    ), scored AS (
        SELECT sums.*, (ranking.tool_calling * COALESCE(m1, 0) + ranking.api_reliability * COALESCE(m2, 0) + ranking.cost_per_task * COALESCE(m3, 0) + ranking.context_quality * COALESCE(m4, 0) + ranking.latency * COALESCE(m5, 0)) / total AS score, SQRT(ranking.tool_calling ^ 2 * COALESCE(GREATEST(q1 - m1 ^ 2, 0) / n1, 0) + ranking.api_reliability ^ 2 * COALESCE(GREATEST(q2 - m2 ^ 2, 0) / n2, 0) + ranking.cost_per_task ^ 2 * COALESCE(GREATEST(q3 - m3 ^ 2, 0) / n3, 0) + ranking.context_quality ^ 2 * COALESCE(GREATEST(q4 - m4 ^ 2, 0) / n4, 0) + ranking.latency ^ 2 * COALESCE(GREATEST(q5 - m5 ^ 2, 0) / n5, 0)) / total AS error
        FROM sums, LATERAL (SELECT CASE WHEN n1 > 0 THEN ranking.tool_calling ELSE 0 END + CASE WHEN n2 > 0 THEN ranking.api_reliability ELSE 0 END + CASE WHEN n3 > 0 THEN ranking.cost_per_task ELSE 0 END + CASE WHEN n4 > 0 THEN ranking.context_quality ELSE 0 END + CASE WHEN n5 > 0 THEN ranking.latency ELSE 0 END AS total) t
        WHERE total > 0
        ORDER BY score DESC, endpoint_id LIMIT how_many
    )
    SELECT e.id, e.slug, score, score - 1.96 * error, score + 1.96 * error, ARRAY[
        ROW('TOOL_CALLING', m1, m1 - 1.96 * SQRT(GREATEST(q1 - m1 ^ 2, 0) / NULLIF(n1, 0)), m1 + 1.96 * SQRT(GREATEST(q1 - m1 ^ 2, 0) / NULLIF(n1, 0)))::rated,
        ROW('API_RELIABILITY', m2, m2 - 1.96 * SQRT(GREATEST(q2 - m2 ^ 2, 0) / NULLIF(n2, 0)), m2 + 1.96 * SQRT(GREATEST(q2 - m2 ^ 2, 0) / NULLIF(n2, 0)))::rated,
        ROW('COST_PER_TASK', m3, m3 - 1.96 * SQRT(GREATEST(q3 - m3 ^ 2, 0) / NULLIF(n3, 0)), m3 + 1.96 * SQRT(GREATEST(q3 - m3 ^ 2, 0) / NULLIF(n3, 0)))::rated,
        ROW('CONTEXT_QUALITY', m4, m4 - 1.96 * SQRT(GREATEST(q4 - m4 ^ 2, 0) / NULLIF(n4, 0)), m4 + 1.96 * SQRT(GREATEST(q4 - m4 ^ 2, 0) / NULLIF(n4, 0)))::rated,
        ROW('LATENCY', m5, m5 - 1.96 * SQRT(GREATEST(q5 - m5 ^ 2, 0) / NULLIF(n5, 0)), m5 + 1.96 * SQRT(GREATEST(q5 - m5 ^ 2, 0) / NULLIF(n5, 0)))::rated
    ] FROM scored JOIN endpoint e ON e.id = scored.endpoint_id ORDER BY score DESC, e.id
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
