import { Problem, send } from "./request.js";

let asked;

/** The schema, asked for once: { roots: [name], types: Map name → type }. A failure may be tried again. */
export function schema() {
  asked ??= introspect().catch((error) => {
    asked = undefined;
    throw error;
  });
  return asked;
}

async function introspect() {
  const response = await fetch(new URL("introspection.graphql", import.meta.url));
  const { body } = await send({ query: await response.text() });
  if (!body.data) throw new Problem(`The schema could not be read: ${body.errors?.[0]?.message ?? "no data"}`);
  const { types, queryType, mutationType, subscriptionType } = body.data.__schema;
  const roots = [queryType, mutationType, subscriptionType].filter(Boolean).map((root) => root.name);
  return { roots, types: new Map(types.map((type) => [type.name, type])) };
}

/** The name of the type inside any lists and non-nulls. */
export const named = (type) => (type.ofType ? named(type.ofType) : type.name);

/** What surrounds that name: ["[", "!]!"]. */
export function wrapping(type) {
  if (type.kind === "NON_NULL") return around(wrapping(type.ofType), "", "!");
  if (type.kind === "LIST") return around(wrapping(type.ofType), "[", "]");
  return ["", ""];
}

const around = ([before, after], left, right) => [left + before, after + right];
