import { element } from "./dom.js";

const GRAPHQL = /("""[^]*?"""|"(?:\\.|[^"\\\n])*"?)|(#[^\n]*)|(\$\w+)|(@\w+)|(-?\d[\d.eE+-]*)|([A-Za-z_]\w*)/g;
const KINDS = ["string", "comment", "variable", "directive", "number", "name"];
const JSON_TOKEN = /("(?:\\.|[^"\\\n])*"?)(?=(\s*:)?)|(-?\d[\d.eE+-]*)|(true|false|null)/g;
const KEYWORDS = new Set(["query", "mutation", "subscription", "fragment", "on", "true", "false", "null"]);
const LARGEST = 200_000; // characters: beyond this, colours would cost more than they tell

/** The words of a GraphQL document: { kind, text, at }. */
export function words(text) {
  return Array.from(text.matchAll(GRAPHQL), (match) => {
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    return { kind: kind === "name" ? nameKind(match[0]) : kind, text: match[0], at: match.index };
  });
}

function nameKind(name) {
  if (KEYWORDS.has(name)) return "keyword";
  return /^[A-Z]/.test(name) ? "type" : "name";
}

function jsonWords(text) {
  return Array.from(text.matchAll(JSON_TOKEN), (match) => {
    const [word, string, colon, number] = match;
    const kind = string ? (colon ? "name" : "string") : number ? "number" : "keyword";
    return { kind, text: word, at: match.index };
  });
}

/** Fill `target` with `text`, coloured. */
export function paint(target, text, language) {
  if (text.length > LARGEST) return target.replaceChildren(text);
  const parts = [];
  let end = 0;
  for (const word of (language === "json" ? jsonWords : words)(text)) {
    if (word.at > end) parts.push(text.slice(end, word.at));
    parts.push(word.kind === "name" && language !== "json" ? word.text : element("span", { class: word.kind }, word.text));
    end = word.at + word.text.length;
  }
  target.replaceChildren(...parts, text.slice(end));
}
