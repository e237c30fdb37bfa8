/** What the page's address holds: { query, variables } or { operation }; after `#`, so that it never leaves the browser. */
export function read() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const found = hash.has("query") || hash.has("operation") ? hash : new URLSearchParams(location.search);
  return {
    query: found.get("query"),
    variables: found.get("variables") ?? "",
    operation: found.get("operation"),
  };
}

export function write(query, variables) {
  const hash = new URLSearchParams({ query });
  if (variables.trim()) hash.set("variables", variables);
  history.replaceState(null, "", `${location.pathname}#${hash}`);
}

export function writeOperation(name) {
  history.replaceState(null, "", `${location.pathname}#${new URLSearchParams({ operation: name })}`);
}
