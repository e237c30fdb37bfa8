const ACCEPT = "application/graphql-response+json, application/json;q=0.9";
const SHOWN = 600; // characters of an answer that is not JSON

/** A problem worded for the person who asked. */
export class Problem extends Error {}

/** POST one operation. Returns { status, ms, bytes, body }, or throws a Problem. */
export async function send(operation, signal) {
  const started = performance.now();
  const response = await reach(operation, signal);
  const text = await response.text();
  const ms = Math.round(performance.now() - started);
  return { status: response.status, ms, bytes: new Blob([text]).size, body: parse(text, response) };
}

async function reach(operation, signal) {
  try {
    return await fetch(location.pathname, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: ACCEPT },
      body: JSON.stringify(operation),
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw new Problem("Stopped before the answer came.");
    throw new Problem("The server could not be reached.\n\nIs your connection up, and is the server running?");
  }
}

function parse(text, response) {
  try {
    return JSON.parse(text);
  } catch {
    const wait = response.headers.get("Retry-After");
    const later = wait ? ` Try again in ${wait} seconds.` : "";
    const excerpt = text.trim().slice(0, SHOWN) || "(nothing)";
    throw new Problem(`The server answered ${response.status} with something that is not JSON.${later}\n\n${excerpt}`);
  }
}

/** The object that the variables editor holds; an empty editor holds none. */
export function variables(text) {
  if (!text.trim()) return undefined;
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem(`The variables are not valid JSON.\n\n${error.message}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Problem('The variables must be one JSON object.\n\nFor example {"useCase": "CODING"}');
  }
  return value;
}
