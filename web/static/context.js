import { named } from "./schema.js";

const TOKEN = /"""[^]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n]*|\.\.\.|[$@]?[A-Za-z_]\w*|[^\s,]/g;
const ROOTS = { query: "Query", mutation: "Mutation", subscription: "Subscription" };
const TYPENAME = { name: "__typename", description: "The name of the object's type." };

/** What may stand where `text`, the document up to the caret, ends: [{ name, description }]. */
export function candidates(text, { types }) {
  const before = text.replace(/[$@]?\w+$/, "");
  if (/[$@]$/.test(before) || text.slice(before.length).match(/^[$@]/)) return [];
  const state = { types, open: [], field: undefined, next: undefined, depth: 0, braces: 0, last: "", argument: undefined };
  for (const [token] of before.matchAll(TOKEN)) {
    if (token[0] === "#") continue;
    (state.depth ? inArguments : inSelection)(state, token);
    state.last = token;
  }
  if (/#[^\n]*$|"[^"\n]*$/.test(before.slice(before.lastIndexOf("\n") + 1).replace(/"[^"]*"/g, ""))) return [];
  return state.depth ? argumentChoices(state) : fieldChoices(state);
}

function inSelection(state, token) {
  if (token === "(") Object.assign(state, { depth: 1, braces: 0, argument: undefined });
  else if (token === "{") enter(state);
  else if (token === "}") state.open.pop();
  else if (/^[A-Za-z_]/.test(token)) name(state, token);
}

function enter(state) {
  state.open.push(state.next ?? (state.open.length ? undefined : "Query"));
  state.next = undefined;
}

function name(state, token) {
  if (state.last === "on") state.next = token;
  else if (!state.open.length) state.next = ROOTS[token] ?? state.next;
  else if (state.last !== "..." && token !== "on") follow(state, token);
}

function follow(state, token) {
  state.field = state.types.get(state.open.at(-1))?.fields?.find((field) => field.name === token);
  state.next = state.field && named(state.field.type);
}

function inArguments(state, token) {
  if (token === ")") state.depth = 0;
  else if (token === "{") state.braces += 1;
  else if (token === "}") state.braces -= 1;
  else if (token === ":" && !state.braces) state.argument = state.last;
}

function argumentChoices({ types, open, field, last, braces, argument }) {
  if (!open.length || !field || braces) return [];
  if (last !== ":") return field.args;
  const wanted = field.args.find((arg) => arg.name === argument);
  return (wanted && types.get(named(wanted.type))?.enumValues) ?? [];
}

function fieldChoices({ types, open, last }) {
  if (last === "on") return [...types.values()].filter((type) => type.kind === "OBJECT" || type.kind === "INTERFACE");
  const type = types.get(open.at(-1));
  return type && last !== "..." ? [...(type.fields ?? []), TYPENAME] : [];
}
