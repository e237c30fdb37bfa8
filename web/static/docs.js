import { byId, element } from "./dom.js";
import { named, schema, wrapping } from "./schema.js";

const MOST = 60; // search results shown
const NO_HIT = 4;
const PAGING = /(Connection|Edge)$/;
const KINDS = {
  OBJECT: "Types", INTERFACE: "Interfaces", UNION: "Unions", ENUM: "Enums", INPUT_OBJECT: "Inputs", SCALAR: "Scalars",
};
let known;
const trail = [];

/** Open the schema panel, asking the server for the schema the first time. */
export async function open() {
  if (known) return;
  show(element("p", { class: "quiet" }, "Reading the schema…"));
  try {
    known = await schema();
    overview();
  } catch (error) {
    known = undefined;
    show(element("p", { class: "quiet" }, error.message), element("button", { type: "button", click: open }, "Try again"));
  }
}

byId("search").addEventListener("input", ({ target }) => known && (target.value.trim() ? find(target.value) : again()));

function show(...nodes) {
  byId("docs-body").replaceChildren(...nodes);
}

const again = () => (trail.length ? page(trail.at(-1)) : overview());

function overview() {
  trail.length = 0;
  const visible = [...known.types.values()].filter((type) => !type.name.startsWith("__") && !known.roots.includes(type.name));
  const roots = known.roots.map((name) => known.types.get(name));
  const plain = visible.filter((type) => !PAGING.test(type.name));
  show(
    group("Start here", roots),
    ...Object.entries(KINDS).map(([kind, title]) => group(title, plain.filter((type) => type.kind === kind).sort(byName))),
    group("Pages of results", visible.filter((type) => PAGING.test(type.name)).sort(byName)),
  );
}

const byName = (a, b) => a.name.localeCompare(b.name);

function group(title, types) {
  if (!types.length) return "";
  const items = types.map((type) => element("li", {}, typeLink(type.name)));
  return element("section", {}, element("h2", {}, title), element("ul", { class: "names" }, ...items));
}

function typeLink(name) {
  return element("button", { type: "button", class: "type", click: () => visit(name) }, name);
}

function visit(name) {
  byId("search").value = "";
  trail.push(name);
  page(name);
  byId("docs-body").querySelector("h2").focus();
}

function back() {
  trail.pop();
  again();
}

function page(name) {
  const type = known.types.get(name);
  const label = trail.length > 1 ? `← ${trail.at(-2)}` : "← All types";
  show(
    element("button", { type: "button", click: back }, label),
    element("h2", { tabindex: "-1" }, type.name),
    describe(type),
    names("Implements", type.interfaces),
    names(type.kind === "UNION" ? "One of" : "Implemented by", type.possibleTypes),
    members(type.fields ?? type.inputFields ?? type.enumValues ?? []),
  );
}

function names(title, types) {
  if (!types?.length) return "";
  return element("p", {}, `${title} `, ...types.flatMap((type, n) => [n ? ", " : "", typeLink(type.name)]));
}

function members(fields) {
  return fields.length ? element("ul", { class: "members" }, ...fields.map((field) => element("li", {}, signature(field), describe(field)))) : "";
}

function describe({ description, deprecationReason }) {
  const reason = deprecationReason ? element("em", {}, `Deprecated: ${deprecationReason}`) : "";
  return description || reason ? element("p", {}, description ?? "", reason && description ? " " : "", reason) : "";
}

function signature({ name, args, type, defaultValue }) {
  const list = args?.length ? ["(", ...args.flatMap((arg, n) => [n ? ", " : "", argument(arg)]), ")"] : [];
  const value = defaultValue ? ` = ${defaultValue}` : "";
  return element("code", {}, element("b", {}, name), ...list, ...(type ? [": ", ...reference(type)] : []), value);
}

function argument({ name, type, description, defaultValue }) {
  return element("span", { title: description || undefined }, `${name}: `, ...reference(type), defaultValue ? ` = ${defaultValue}` : "");
}

function reference(type) {
  const [before, after] = wrapping(type);
  return [before, typeLink(named(type)), after];
}

function find(text) {
  const wanted = text.trim().toLowerCase();
  const found = [...known.types.values()].filter((type) => !type.name.startsWith("__")).flatMap((type) => hits(type, wanted));
  found.sort((a, b) => a.rank - b.rank || a.path.localeCompare(b.path));
  const items = found.slice(0, MOST).map((hit) => element("li", {}, hitEntry(hit)));
  const more = found.length > MOST ? `The first ${MOST} of ${found.length}; type more to narrow it down.` : `${found.length} found`;
  show(element("p", { class: "quiet", role: "status" }, more), element("ul", {}, ...items));
}

function hitEntry({ path, type, description }) {
  const line = (description ?? "").split("\n")[0];
  return element("button", { type: "button", class: "entry", click: () => visit(type) }, element("strong", {}, path), element("span", {}, line));
}

/** The name itself comes first, then names that begin with the text, names that hold it, descriptions that do. */
function hits(type, wanted) {
  const own = { path: type.name, name: type.name, description: type.description };
  const fields = (type.fields ?? type.inputFields ?? type.enumValues ?? []).map(({ name, description }) => ({ path: `${type.name}.${name}`, name, description }));
  return [own, ...fields].map((hit) => ({ ...hit, type: type.name, rank: rank(hit, wanted) })).filter((hit) => hit.rank < NO_HIT);
}

function rank({ name, path, description }, wanted) {
  if (name.toLowerCase() === wanted) return 0;
  if (name.toLowerCase().startsWith(wanted)) return 1;
  if (path.toLowerCase().includes(wanted)) return 2;
  return (description ?? "").toLowerCase().includes(wanted) ? 3 : NO_HIT;
}
