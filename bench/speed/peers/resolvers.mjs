// The same resolvers for Yoga and Mercurius: a DataLoader for each relation, made anew for each request.
import { createHash, randomBytes } from "node:crypto";
import DataLoader from "dataloader";
import { ranked } from "./ranking.mjs";
import * as postgresql from "./postgresql.mjs";
import * as sqlite from "./sqlite.mjs";

const [, , port, where] = process.argv;
export const PORT = Number(port);
export const store = (where.startsWith("postgresql:") ? postgresql : sqlite).opened(where);
const moment = (stamp) => new Date(Number(stamp) / 1000).toISOString();

function one(table, column = "id") {
  return new DataLoader(async (keys) => {
    const found = new Map((await store.by(table, column, keys)).map((row) => [row[column], row]));
    return keys.map((key) => found.get(key) ?? null);
  });
}

function many(table, parent, order) {
  const bySize = new Map();
  return (key, first) => {
    if (!bySize.has(first)) bySize.set(first, new DataLoader((keys) => lists(table, parent, order, keys, first)));
    return bySize.get(first).load(key);
  };
}

async function lists(table, parent, order, keys, first) {
  const found = new Map(keys.map((key) => [key, []]));
  for (const row of await store.children(table, parent, order, keys, first)) found.get(row.parent_key).push(row);
  return keys.map((key) => ({ nodes: found.get(key) }));
}

/** What a request's resolvers share. */
export function context(cookie) {
  return {
    cookie,
    developer: one("developer"), provider: one("provider"), endpoint: one("endpoint"), reviewer: one("reviewer"),
    model: one("model", "slug"),
    endpoints: many("endpoint", "model_id", "slug"),
    reviews: many("review", "endpoint_id", "published_at DESC, id DESC"),
    votes: many("vote", "review_id", "cast_at DESC, id DESC"),
  };
}

async function castVote(_, { input }, { cookie }) {
  const token = /(?:^|; )session=([^;]+)/.exec(cookie ?? "")?.[1] ?? "";
  const now = Date.now() * 1000;
  const voter = await store.signedIn(createHash("sha256").update(token).digest("hex"), now);
  if (voter === undefined) throw new Error("not signed in");
  const id = `vot_${randomBytes(8).toString("hex")}`;
  const vote = await store.vote(id, input.reviewId, voter, input.helpful, now);
  if (vote === undefined) throw new Error("no such review, or one's own");
  return vote;
}

export const resolvers = {
  Query: {
    model: (_, { slug }, loaders) => loaders.model.load(slug),
    nodes: (_, { ids }, loaders) => loaders.endpoint.loadMany(ids),
    ranking: async (_, { useCase, weights, first }) => ({ nodes: await ranked(store, useCase, weights, first) }),
  },
  Mutation: { castVote },
  Model: {
    contextWindow: (row) => row.context_window,
    openWeights: (row) => Boolean(row.open_weights),
    developer: (row, _, loaders) => loaders.developer.load(row.developer_id),
    endpoints: (row, { first }, loaders) => loaders.endpoints(row.id, first),
  },
  Endpoint: {
    contextLimit: (row) => row.context_limit,
    provider: (row, _, loaders) => loaders.provider.load(row.provider_id),
    reviews: (row, { first }, loaders) => loaders.reviews(row.id, first),
  },
  Review: {
    useCase: (row) => row.use_case,
    publishedAt: (row) => moment(row.published_at),
    reviewer: (row, _, loaders) => loaders.reviewer.load(row.reviewer_id),
    votes: (row, { first }, loaders) => loaders.votes(row.id, first),
  },
  Vote: {
    helpful: (row) => Boolean(row.helpful),
    castAt: (row) => moment(row.cast_at),
    voter: (row, _, loaders) => loaders.reviewer.load(row.voter_id),
  },
  Standing: { subject: (row, _, loaders) => loaders.endpoint.load(row.endpoint_id) },
};
