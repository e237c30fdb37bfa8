import { forget } from "./drafts.js";

forget(document.querySelector("[data-draft]").dataset.draft);
history.replaceState(null, "", location.pathname);
