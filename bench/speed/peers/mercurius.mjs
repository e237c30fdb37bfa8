// Mercurius on Fastify, every document compiled by graphql-jit from its second use on.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mercurius from "mercurius";
import { context, PORT, resolvers } from "./resolvers.mjs";

const schema = readFileSync(new URL("schema.graphql", import.meta.url), "utf8");
const app = Fastify();
app.register(mercurius, { schema, resolvers, jit: 1, context: (request) => context(request.headers.cookie) });
await app.listen({ port: PORT, host: "127.0.0.1" });
