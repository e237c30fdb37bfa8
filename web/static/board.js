import { byId } from "./dom.js";

const PAUSE = 90; // milliseconds of quiet before asking, so that dragging does not flood the server
const form = byId("asking");
let pending;
let running;

/** The address of what the form says; what is empty or as at first stays out of it. */
function address() {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  const weights = [...form.querySelectorAll("[data-for]")].map((slider) => slider.dataset.for);
  if (weights.every((name) => Number(asked.get(name)) === 1)) weights.forEach((name) => asked.delete(name));
  return location.pathname + (asked.size ? `?${asked}` : "");
}

/** Ask for the page at `url` and show its standings in place of these. */
async function show(url) {
  running?.abort();
  const mine = (running = new AbortController());
  byId("board").setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" }, signal: mine.signal });
    replace(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch (error) {
    if (error.name !== "AbortError") say("The server could not be reached. These are the standings from before.");
  }
  if (running === mine) byId("board").removeAttribute("aria-busy");
}

function replace(page) {
  const standings = page.getElementById("board");
  if (!standings) return say(page.getElementById("told")?.textContent ?? "The server could not rank this.");
  byId("board").replaceChildren(...standings.childNodes);
  document.querySelector(".behind").replaceChildren(...page.querySelector(".behind").childNodes);
  document.querySelector(".tabs").replaceChildren(...page.querySelector(".tabs").childNodes);
}

function say(text) {
  byId("board").querySelector(".count").textContent = text;
}

function changed() {
  const url = address();
  history.replaceState(null, "", url);
  clearTimeout(pending);
  pending = setTimeout(() => show(url), PAUSE);
}

for (const slider of form.querySelectorAll("[data-for]")) {
  const number = byId(slider.dataset.for);
  slider.hidden = false;
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", () => { slider.value = number.value; });
}
form.addEventListener("input", changed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  changed();
});
byId("apply").hidden = true;
