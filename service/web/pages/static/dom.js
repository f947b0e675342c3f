// What a template promised to a script: a part that is not there is an error at once.

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} kind
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function one(selector, kind, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} kind
 * @param {ParentNode} [root]
 * @returns {T[]}
 */
export function every(selector, kind, root = document) {
  /** @type {T[]} */
  const found = [];
  for (const node of root.querySelectorAll(selector)) if (node instanceof kind) found.push(node);
  return found;
}

/** A copy of a template's content.
 * @param {string} id */
export function copyOf(id) {
  return /** @type {DocumentFragment} */ (one(`template#${id}`, HTMLTemplateElement).content.cloneNode(true));
}

/** What stands in a data attribute that the template always writes.
 * @param {HTMLElement} node
 * @param {string} name */
export function datum(node, name) {
  const value = node.dataset[name];
  if (value === undefined) throw new Error(`no data-${name} here`);
  return value;
}

/** What this browser keeps for a person under a name; one may keep nothing.
 * @param {string} name */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Have this browser keep something for the next visit, if it keeps anything.
 * @param {string} name
 * @param {string} value */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch { /* it holds for this visit */ }
}

/** The element that an event began at, where it is one.
 * @param {Event} event */
export function origin({ target }) {
  return target instanceof Element ? target : null;
}

/** Whether keys that are pressed go into a field.
 * @param {EventTarget | null} at */
export function typing(at) {
  return at instanceof Element && at.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}
