import { byId } from "./dom.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** Make `list` a row of tabs: a click or the arrow keys choose one; `chosen` hears which. */
export function tabs(list, chosen) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const select = (tab) => {
    for (const each of all) mark(each, each === tab);
    chosen(tab);
  };
  list.addEventListener("click", ({ target }) => all.includes(target) && select(target));
  list.addEventListener("keydown", ({ key, target }) => {
    if (!(key in STEPS)) return;
    const next = all.at((all.indexOf(target) + STEPS[key]) % all.length);
    next.focus();
    select(next);
  });
}

function mark(tab, selected) {
  tab.setAttribute("aria-selected", selected);
  tab.tabIndex = selected ? 0 : -1;
  byId(tab.getAttribute("aria-controls")).hidden = !selected;
}
