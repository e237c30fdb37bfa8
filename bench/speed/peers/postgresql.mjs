// node-postgres: a pool, named (prepared) statements, each list of children for all parents in one statement.
import pg from "pg";
import { MEANS, SPREADS } from "./ranking.mjs";

const means = MEANS.replace(/AVG\((\w+)\)/g, "AVG($1)::float8"); // else each comes as text
const spreads = SPREADS.replace("in some", "= ANY($2::text[])");

export function opened(url) {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  const names = new Map();
  const all = async (text, ...values) => {
    if (!names.has(text)) names.set(text, `s${names.size}`);
    return (await pool.query({ name: names.get(text), text, values })).rows;
  };
  return {
    means: (useCase) => all(means, useCase),
    spreads: (useCase, ids) => all(spreads, useCase, ids),
    by: (table, column, keys) => all(`SELECT * FROM ${table} WHERE ${column} = ANY($1::text[])`, keys),
    children: (table, parent, order, keys, first) =>
      all(
        `SELECT t.*, k.value AS parent_key FROM unnest($1::text[]) k(value)
         CROSS JOIN LATERAL (SELECT * FROM ${table} WHERE ${parent} = k.value ORDER BY ${order} LIMIT $2) t`,
        keys, first),
    signedIn: async (digest, now) =>
      (await all("SELECT reviewer_id FROM session WHERE digest = $1 AND expires_at > $2", digest, now))[0]?.reviewer_id,
    vote: async (id, reviewId, voterId, helpful, now) =>
      (await all(
        `INSERT INTO vote (id, review_id, voter_id, helpful, cast_at)
         SELECT $1, r.id, $2::text, $3::boolean, $4::bigint FROM review r
         WHERE r.id = $5 AND r.state = 'PUBLISHED' AND r.reviewer_id <> $2
         ON CONFLICT (review_id, voter_id) DO UPDATE SET helpful = excluded.helpful, cast_at = excluded.cast_at
         RETURNING *`,
        id, voterId, helpful, now, reviewId))[0],
  };
}
