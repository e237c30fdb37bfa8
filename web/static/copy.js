import { byId, copy } from "./dom.js";

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(byId(button.dataset.copies).textContent, button));
}
