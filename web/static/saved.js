import { element } from "./dom.js";

/** The saved operations: [{ name, title, description, document, variables, group }]. */
export async function load() {
  const response = await fetch("/operations.json");
  if (!response.ok) throw new Error(`/operations.json answered ${response.status}`);
  return response.json();
}

/** List `operations` in `panel`, by group; `choose` gets the one that is clicked. */
export function list(panel, operations, choose) {
  const groups = [...new Set(operations.map((each) => each.group))];
  const members = (group) => operations.filter((each) => each.group === group);
  panel.replaceChildren(...groups.map((group) => section(group, members(group), choose)));
}

function section(group, members, choose) {
  const items = members.map((each) => element("li", {}, entry(each, choose)));
  return element("section", {}, element("h2", {}, group), element("ul", {}, ...items));
}

function entry(operation, choose) {
  const title = element("strong", {}, operation.title);
  const description = element("span", {}, operation.description);
  return element("button", { type: "button", class: "entry", click: () => choose(operation) }, title, description);
}
