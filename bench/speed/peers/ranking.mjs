// The plain weighted mean of the stars, with normal intervals: what a service does without a rating model.
export const DIMENSIONS = [
  ["TOOL_CALLING", "tool_calling", "toolCalling"],
  ["API_RELIABILITY", "api_reliability", "apiReliability"],
  ["COST_PER_TASK", "cost_per_task", "costPerTask"],
  ["CONTEXT_QUALITY", "context_quality", "contextQuality"],
  ["LATENCY", "latency", "latency"],
];
const sums = DIMENSIONS.map(([, c]) => `COUNT(${c}) AS n_${c}, SUM(${c}) AS s_${c}, SUM(${c} * ${c}) AS q_${c}`);

/** One statement over the covering index; `$1` is the use case. */
export const SQL = `SELECT endpoint_id, ${sums.join(", ")} FROM review
  WHERE use_case = $1 AND state = 'PUBLISHED' GROUP BY endpoint_id`;

/** The best endpoints under the client's weights, an unrated dimension left out of the mean. */
export function ranked(rows, weights, first) {
  const given = DIMENSIONS.filter(([, , key]) => weights[key] > 0);
  const scored = [];
  for (const row of rows) {
    let total = 0;
    let score = 0;
    for (const [, column, key] of given) {
      const n = Number(row["n_" + column]);
      if (n === 0) continue;
      total += weights[key];
      score += (weights[key] * Number(row["s_" + column])) / n;
    }
    if (total > 0) scored.push({ row, id: row.endpoint_id, score: score / total, total });
  }
  scored.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  return scored.slice(0, first).map((each) => standing(each, weights));
}

function standing({ row, id, score, total }, weights) {
  let variance = 0;
  const dimensions = DIMENSIONS.map(([dimension, column, key]) => {
    const n = Number(row["n_" + column]);
    if (n === 0) return { dimension, score: null, interval: null };
    const mean = Number(row["s_" + column]) / n;
    const error = Math.max(Number(row["q_" + column]) / n - mean * mean, 0) / n;
    variance += (weights[key] / total) ** 2 * error;
    return { dimension, score: mean, interval: interval(mean, error) };
  });
  return { endpoint_id: id, score, interval: interval(score, variance), dimensions };
}

function interval(mean, variance) {
  const half = 1.96 * Math.sqrt(variance);
  return { low: mean - half, high: mean + half };
}
