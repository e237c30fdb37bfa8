import { element } from "./dom.js";

/** Send a decision as the form would, and show what came of it in the case's place: other forms keep what is typed. */
async function decide(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  button.disabled = true;
  try {
    const address = form.getAttribute("action"); // `form.action` would be the buttons of that name
    const response = await fetch(address, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    settle(form, new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    tell(form, "The decision did not arrive. Try again.");
  }
  button.disabled = false;
}

function settle(form, page) {
  const just = page.querySelector("#just .note");
  const wrong = page.querySelector(".deciding .wrong") ?? page.querySelector(".note.wrong, #told, h1");
  if (!just) return tell(form, wrong.textContent);
  just.tabIndex = -1;
  form.closest(".case").replaceWith(just);
  just.focus();
  for (const name of ["[data-waiting]", ".account"]) document.querySelector(name).replaceWith(page.querySelector(name));
  if (!document.querySelector(".case")) document.querySelector(".cases").append(...page.querySelector(".cases").childNodes);
}

function tell(form, text) {
  form.querySelector(".wrong")?.remove();
  form.append(element("p", { class: "wrong", role: "alert" }, text));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".case .deciding") || !event.submitter) return;
  event.preventDefault();
  decide(event.target, event.submitter);
});
