import { element } from "./dom.js";
import { paint } from "./highlight.js";

const OPENS = /[{([]$/;

/** Lay colours and line numbers behind `textarea`; Tab still leaves it. Returns { text, setText }. */
export function editor(textarea, changed = () => {}) {
  const language = textarea.parentElement.dataset.language;
  const lines = element("div", { class: "lines", "aria-hidden": "true" });
  const colours = element("pre", { "aria-hidden": "true" });
  const sheet = element("div", { class: "sheet" }, colours);
  textarea.before(lines, sheet);
  sheet.append(textarea);

  function show() {
    const text = textarea.value;
    paint(colours, text + "\n", language);
    lines.textContent = Array.from(text.split("\n"), (_, n) => n + 1).join("\n");
  }
  function setText(text) {
    textarea.value = text;
    show();
  }
  textarea.addEventListener("input", () => { show(); changed(); });
  textarea.addEventListener("keydown", indent);
  show();
  return { text: () => textarea.value, setText };
}

/** Enter keeps the indentation of its line, two deeper after an opening bracket. */
function indent(event) {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  const { value, selectionStart } = event.target;
  const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
  const depth = line.match(/^ */)[0] + (OPENS.test(line.trimEnd()) ? "  " : "");
  event.preventDefault();
  insert(`\n${depth}`);
}

/** Type `text` at the caret of the focused field, so that undo still works. */
export function insert(text) {
  document.execCommand("insertText", false, text);
}
