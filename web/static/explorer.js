import * as address from "./address.js";
import { byId, copy } from "./dom.js";
import { completion } from "./complete.js";
import { open as openDocs } from "./docs.js";
import { editor } from "./editor.js";
import { paint, words } from "./highlight.js";
import { list as listHistory, remember } from "./history.js";
import { Problem, send, variables } from "./request.js";
import { list as listSaved, load } from "./saved.js";
import { tabs } from "./tabs.js";

const FIRST = "rank-endpoints"; // the example a first visit shows
const run = byId("run");
let running;
let pending;

const query = editor(byId("query"), edited);
const values = editor(byId("variables"), edited);

completion(byId("query"));

function edited() {
  clearTimeout(pending);
  pending = setTimeout(() => address.write(query.text(), values.text()), 300);
}

function fill(document, variables) {
  clearTimeout(pending);
  query.setText(document);
  values.setText(variables);
}

const pretty = (variables) => (Object.keys(variables).length ? JSON.stringify(variables, null, 2) : "");

function choose({ name, document, variables }) {
  fill(document, pretty(variables));
  address.writeOperation(name);
  ready();
}

function recall(entry) {
  fill(entry.query, entry.variables);
  address.write(entry.query, entry.variables);
  ready();
}

function ready() {
  run.focus({ preventScroll: true });
  byId("main").scrollIntoView({ block: "start" });
}

/** Among several named operations, the one the caret is in. */
function operationName() {
  const caret = byId("query").selectionStart;
  const all = words(query.text());
  const names = all.filter((_, n) => /^(query|mutation|subscription)$/.test(all[n - 1]?.text) && all[n - 1].kind === "keyword");
  return names.length > 1 ? (names.findLast((name) => name.at <= caret) ?? names[0]).text : undefined;
}

function say(text, kind) {
  byId("status").textContent = text;
  byId("status").dataset.kind = kind;
}

function report({ status, ms, bytes, body }) {
  const errors = body?.errors?.length ?? 0;
  const parts = [`HTTP ${status}`, `${ms} ms`, `${(bytes / 1024).toFixed(1)} KB`];
  if (errors) parts.push(errors === 1 ? "1 error" : `${errors} errors`);
  say(parts.join(" · "), errors || status >= 400 ? "bad" : "good");
  paint(byId("result"), JSON.stringify(body, null, 2), "json");
}

function complain(error) {
  if (!(error instanceof Problem)) throw error;
  const [first, ...rest] = error.message.split("\n");
  say(first, "bad");
  byId("result").textContent = rest.join("\n").trim();
}

async function ask() {
  const asked = { query: query.text(), operationName: operationName(), variables: variables(values.text()) };
  if (!asked.query.trim()) throw new Problem("There is no query to run. Write one, or choose an example.");
  remember(asked.query, values.text());
  say("Running…", "busy");
  report(await send(asked, running.signal));
}

async function start() {
  running = new AbortController();
  run.textContent = "Stop";
  try {
    await ask();
  } catch (error) {
    complain(error);
  } finally {
    running = undefined;
    run.textContent = "Run";
    listHistory(byId("history"), recall);
  }
}

async function restore() {
  const found = address.read();
  if (found.query !== null) fill(found.query, found.variables);
  try {
    const operations = await load();
    listSaved(byId("saved"), operations, choose);
    const wanted = operations.find((each) => each.name === (found.operation ?? FIRST));
    const free = found.operation || !query.text(); // what somebody typed meanwhile stays
    if (found.query === null && wanted && free) fill(wanted.document, pretty(wanted.variables));
  } catch {
    byId("saved").textContent = "The examples could not be loaded. Reload the page to try again.";
  }
}

run.addEventListener("click", () => (running ? running.abort() : start()));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!running) start();
});
byId("link").addEventListener("click", ({ target }) => {
  address.write(query.text(), values.text());
  copy(location.href, target);
});
window.addEventListener("hashchange", () => /^#(query|operation)=/.test(location.hash) && restore());
tabs(document.querySelector("[role=tablist]"), (tab) => tab.id === "tab-docs" && openDocs());
listHistory(byId("history"), recall);
restore();
