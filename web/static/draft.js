import { byId } from "./dom.js";
import { forget, keep, kept } from "./drafts.js";

const form = byId("draft");
const name = form.dataset.draft;
const HIDDEN = ["endpoint", "key"]; // the page's own, never restored

const typed = () => Object.fromEntries([...new FormData(form)].filter(([field]) => !HIDDEN.includes(field)));

/** Put `values` into the fields. */
function fill(values) {
  for (const [field, value] of Object.entries(values)) {
    const found = form.elements.namedItem(field);
    if (found && !HIDDEN.includes(field)) found.value = value;
  }
}

function say(text) {
  byId("kept").textContent = text;
}

let pending;
form.addEventListener("input", () => {
  clearTimeout(pending);
  pending = setTimeout(() => say(keep(name, typed()) ? "Kept in this browser." : ""), 300);
});
window.addEventListener("pagehide", () => { if (changed()) keep(name, typed()); });

const first = JSON.stringify(typed());
const changed = () => JSON.stringify(typed()) !== first;

for (const hint of document.querySelectorAll("[data-js]")) hint.hidden = false;
const found = kept(name);
if (found && JSON.stringify(found) !== first && !("filled" in form.dataset)) {
  fill(found);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: "Start afresh" });
  button.addEventListener("click", () => { forget(name); form.reset(); say(""); });
  byId("kept").replaceChildren("Your draft from before is back. ", button);
}
