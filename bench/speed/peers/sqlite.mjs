// better-sqlite3: prepared statements, each list of children for all parents of its level in one statement.
import Database from "better-sqlite3";
import { MEANS, SPREADS } from "./ranking.mjs";

const means = MEANS.replace("$1", "?");
const spreads = SPREADS.replace("$1", "?").replace("in some", "IN (SELECT value FROM json_each(?))");

export function opened(path) {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("cache_size = -64000");
  const prepared = new Map();
  const all = (sql, ...values) => {
    if (!prepared.has(sql)) prepared.set(sql, db.prepare(sql));
    return prepared.get(sql).all(...values);
  };
  return {
    means: (useCase) => all(means, useCase),
    spreads: (useCase, ids) => all(spreads, useCase, JSON.stringify(ids)),
    by: (table, column, keys) =>
      all(`SELECT t.* FROM json_each(?) k CROSS JOIN ${table} t ON t.${column} = k.value`, JSON.stringify(keys)),
    children: (table, parent, order, keys, first) =>
      all(
        `SELECT * FROM (SELECT t.*, k.value AS parent_key FROM json_each(?) k CROSS JOIN ${table} t
         ON t.id IN (SELECT id FROM ${table} WHERE ${parent} = k.value ORDER BY ${order} LIMIT ?)) ORDER BY ${order}`,
        JSON.stringify(keys), first),
    signedIn: (digest, now) =>
      all("SELECT reviewer_id FROM session WHERE digest = ? AND expires_at > ?", digest, now)[0]?.reviewer_id,
    vote: (id, reviewId, voterId, helpful, now) =>
      all(
        `INSERT INTO vote (id, review_id, voter_id, helpful, cast_at)
         SELECT ?, r.id, ?, ?, ? FROM review r WHERE r.id = ? AND r.state = 'PUBLISHED' AND r.reviewer_id <> ?
         ON CONFLICT (review_id, voter_id) DO UPDATE SET helpful = excluded.helpful, cast_at = excluded.cast_at
         RETURNING *`,
        id, voterId, helpful ? 1 : 0, now, reviewId, voterId)[0],
  };
}
