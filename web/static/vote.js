import { element } from "./dom.js";

const CAST = "mutation ($id: ID!, $helpful: Boolean!) { result: castVote(input: {reviewId: $id, helpful: $helpful}) { __typename ... on Vote { review { voteCount { helpful unhelpful } } } ... on Refusal { code message } } }";
const WITHDRAW = "mutation ($id: ID!) { result: withdrawVote(input: {reviewId: $id}) { __typename ... on Review { voteCount { helpful unhelpful } } ... on Refusal { code message } } }";
const WORDS = { helpful: "You found it helpful.", unhelpful: "You found it not helpful.", none: "Your vote is withdrawn." };

async function ask(query, variables) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data.result;
}

const buttons = (form) => [...form.querySelectorAll("[data-vote]")];
const standing = (form) => buttons(form).find((each) => each.getAttribute("aria-pressed") === "true")?.dataset.vote ?? "none";

/** Make the viewer's vote `wanted` and say so, offering the way back. */
async function vote(form, wanted) {
  const before = standing(form);
  const id = form.dataset.review;
  try {
    const result = wanted === "none" ? await ask(WITHDRAW, { id }) : await ask(CAST, { id, helpful: wanted === "helpful" });
    if (result.code === "NOT_SIGNED_IN") return signIn();
    if (result.code) return tell(form, result.message);
    mark(form, wanted, result.voteCount ?? result.review.voteCount);
    tell(form, WORDS[wanted], element("button", { type: "button", class: "plain", click: () => vote(form, before) }, "Undo"));
  } catch {
    tell(form, "The vote did not arrive. Try again.");
  }
}

function signIn() {
  location.assign(`/sign-in?${new URLSearchParams({ next: location.pathname + location.search })}`);
}

function mark(form, wanted, counts) {
  for (const button of buttons(form)) {
    const pressed = button.dataset.vote === wanted;
    button.setAttribute("aria-pressed", pressed);
    button.value = pressed ? "withdraw" : button.dataset.vote;
  }
  for (const shown of form.querySelectorAll("[data-count]")) shown.textContent = counts[shown.dataset.count];
}

function tell(form, text, ...more) {
  form.querySelector(".outcome").replaceChildren(text, " ", ...more);
}

for (const form of document.querySelectorAll(".voting")) {
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.dataset.vote) return;
    event.preventDefault();
    const wanted = event.submitter.dataset.vote;
    vote(form, standing(form) === wanted ? "none" : wanted);
  });
}
