// GraphQL Yoga on Node's own HTTP server; `jit` as the last argument adds its plugin for graphql-jit.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import { context, PORT, resolvers } from "./resolvers.mjs";

const typeDefs = readFileSync(new URL("schema.graphql", import.meta.url), "utf8");
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: ({ request }) => context(request.headers.get("cookie")),
  plugins: process.argv.at(-1) === "jit" ? [useGraphQlJit()] : [],
  graphiql: false,
  logging: false,
  maskedErrors: false,
});
createServer(yoga).listen(PORT, "127.0.0.1");
