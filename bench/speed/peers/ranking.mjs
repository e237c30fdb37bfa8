// The plain weighted mean of the stars, with normal intervals: what a service does without a rating model.
const DIMENSIONS = [
  ["TOOL_CALLING", "tool_calling", "toolCalling"],
  ["API_RELIABILITY", "api_reliability", "apiReliability"],
  ["COST_PER_TASK", "cost_per_task", "costPerTask"],
  ["CONTEXT_QUALITY", "context_quality", "contextQuality"],
  ["LATENCY", "latency", "latency"],
];
const RATED = "FROM review WHERE state = 'PUBLISHED' AND use_case = $1";
const spreads = DIMENSIONS.map(([, c]) => `COUNT(${c}) AS n_${c}, SUM(${c} * ${c}) AS q_${c}`);

/** The means of every endpoint, from the covering index. */
export const MEANS = `SELECT endpoint_id, ${DIMENSIONS.map(([, c]) => `AVG(${c}) AS ${c}`)} ${RATED} GROUP BY endpoint_id`;
/** What the intervals of some endpoints need; `in some` is replaced by the dialect's way to say so. */
export const SPREADS = `SELECT endpoint_id, ${spreads} ${RATED} AND endpoint_id in some GROUP BY endpoint_id`;

/** The best endpoints under the client's weights, an unrated dimension left out of the mean. */
export async function ranked(store, useCase, weights, first) {
  const given = DIMENSIONS.filter(([, , key]) => weights[key] > 0);
  const scored = [];
  for (const row of await store.means(useCase)) {
    let total = 0;
    let sum = 0;
    for (const [, column, key] of given) {
      if (row[column] === null) continue;
      total += weights[key];
      sum += weights[key] * row[column];
    }
    if (total > 0) scored.push({ row, id: row.endpoint_id, score: sum / total, total });
  }
  scored.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const best = scored.slice(0, first);
  const spread = new Map((await store.spreads(useCase, best.map(({ id }) => id))).map((row) => [row.endpoint_id, row]));
  return best.map((each) => standing(each, spread.get(each.id), weights));
}

function standing({ row, id, score, total }, spread, weights) {
  let variance = 0;
  const dimensions = DIMENSIONS.map(([dimension, column, key]) => {
    if (row[column] === null) return { dimension, score: null, interval: null };
    const mean = Number(row[column]);
    const n = Number(spread["n_" + column]);
    const error = Math.max(Number(spread["q_" + column]) / n - mean * mean, 0) / n;
    variance += (weights[key] / total) ** 2 * error;
    return { dimension, score: mean, interval: interval(mean, error) };
  });
  return { endpoint_id: id, score, interval: interval(score, variance), dimensions };
}

function interval(mean, variance) {
  const half = 1.96 * Math.sqrt(variance);
  return { low: mean - half, high: mean + half };
}
