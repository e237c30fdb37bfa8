const PREFIX = "draft:";

/** Keep a draft in this browser; false when it has no room or keeps nothing. */
export function keep(name, values) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(values));
    return true;
  } catch {
    return false;
  }
}

/** The draft kept under `name`, if there is one. */
export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // then there is none
  }
}
