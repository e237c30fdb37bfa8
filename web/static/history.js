import { element } from "./dom.js";

const KEY = "bestclawmodels.history";
const LONGEST = 30; // entries

/** What was run here, newest first: [{ query, variables, at }]. A browser that keeps nothing has none. */
function entries() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

function keep(list) {
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    // Storage is full or forbidden: the query still runs, it is only not remembered.
  }
}

export function remember(query, variables) {
  const others = entries().filter((each) => each.query !== query || each.variables !== variables);
  keep([{ query, variables, at: Date.now() }, ...others].slice(0, LONGEST));
}

/** List what was run in `panel`; `choose` gets the entry that is clicked. */
export function list(panel, choose) {
  const found = entries();
  if (!found.length) {
    panel.replaceChildren(element("p", { class: "quiet" }, "Nothing yet. What you run is kept here, in this browser only."));
    return;
  }
  const clear = () => { keep([]); list(panel, choose); };
  panel.replaceChildren(
    element("ul", {}, ...found.map((each) => element("li", {}, entry(each, choose)))),
    element("button", { type: "button", click: clear }, "Clear history"),
  );
}

function entry(each, choose) {
  const name = element("strong", {}, title(each.query));
  const when = element("span", {}, new Date(each.at).toLocaleString());
  return element("button", { type: "button", class: "entry", click: () => choose(each) }, name, when);
}

function title(query) {
  const named = query.match(/\b(?:query|mutation|subscription)\s+(\w+)/);
  return named ? named[1] : query.replace(/#.*|\s+/g, " ").trim().slice(0, 60);
}
