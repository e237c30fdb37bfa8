import { candidates } from "./context.js";
import { element } from "./dom.js";
import { insert } from "./editor.js";
import { schema } from "./schema.js";

const MOST = 8; // names offered at once
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** Offer names from the schema below the caret of `textarea`: arrows choose, Enter takes, Escape closes. */
export function completion(textarea) {
  const list = element("ul", { id: "offers", class: "offers", role: "listbox", "aria-label": "Suggestions", hidden: true });
  textarea.after(list);
  for (const [name, value] of [["aria-autocomplete", "list"], ["aria-controls", "offers"]]) textarea.setAttribute(name, value);
  let known;
  let chosen = 0;
  let awaited = false; // something was typed before the schema was here

  const beforeCaret = () => textarea.value.slice(0, textarea.selectionStart);
  const prefix = () => beforeCaret().match(/\w*$/)[0];

  function close() {
    list.hidden = true;
    textarea.removeAttribute("aria-activedescendant");
  }

  function offer(asked) {
    const start = prefix();
    awaited = !known;
    const found = known && (start || asked) ? matching(candidates(beforeCaret(), known), start) : [];
    if (!found.length) return close();
    list.replaceChildren(...found.map(option));
    place(list, beforeCaret(), start.length);
    list.hidden = false;
    mark(0);
  }

  function learn(read) {
    known = read;
    if (awaited) offer(false);
  }

  function option({ name, description }, n) {
    const line = (description ?? "").split("\n")[0];
    const take = (event) => { event.preventDefault(); accept(n); };
    return element("li", { id: `offer-${n}`, role: "option", "data-name": name, mousedown: take }, element("b", {}, name), " ", element("span", {}, line));
  }

  function mark(n) {
    chosen = (n + list.children.length) % list.children.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", index === chosen));
    textarea.setAttribute("aria-activedescendant", `offer-${chosen}`);
  }

  function accept(n) {
    const caret = textarea.selectionStart;
    textarea.setSelectionRange(caret - prefix().length, caret);
    insert(list.children[n].dataset.name);
    close();
  }

  function keyed(event) {
    const plain = !event.ctrlKey && !event.metaKey;
    if (event.ctrlKey && event.key === " ") offer(true);
    else if (list.hidden) return;
    else if (event.key === "Escape") close();
    else if (event.key in STEPS && plain) mark(chosen + STEPS[event.key]);
    else if (event.key === "Enter" && plain) accept(chosen);
    else return;
    event.preventDefault();
  }

  textarea.addEventListener("focus", () => schema().then(learn, () => {}), { once: true });
  textarea.addEventListener("input", (event) => (/^insert(Text|Comp)/.test(event.inputType) ? offer(false) : close()));
  textarea.addEventListener("keydown", keyed, { capture: true });
  textarea.addEventListener("blur", close);
  textarea.addEventListener("click", close);
}

/** Names that begin with `start`; none once the only one is complete. */
function matching(names, start) {
  const found = names.filter(({ name }) => name.toLowerCase().startsWith(start.toLowerCase()) && name.length >= start.length);
  return found.length === 1 && found[0].name === start ? [] : found.slice(0, MOST);
}

/** The editor's font has one width, so the caret's place follows from its line and column. */
function place(list, text, length) {
  const line = text.split("\n").length;
  const column = text.length - text.lastIndexOf("\n") - 1 - length;
  list.style.setProperty("--line", line);
  list.style.setProperty("--column", column);
}
