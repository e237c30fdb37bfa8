/** An element with attributes (functions become listeners) and children; text stays text. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== ""));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Copy `text` and say on `button` for a moment how it went. */
export async function copy(text, button) {
  const label = button.textContent;
  button.textContent = (await copied(text)) ? "Copied" : "Could not copy";
  setTimeout(() => { button.textContent = label; }, 1500);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text); // over plain HTTP browsers offer no clipboard
  }
}

function copiedFromField(text) {
  const field = element("textarea", { class: "unseen", "aria-hidden": "true" });
  const focused = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}
