// What scripts say, in the language of the page: an English text, or what the catalogue has for it.

/** @type {Record<string, string | Record<string, string>>} */
const known = Object.assign({}, ...[...document.querySelectorAll('script[type="application/json"]')].map((node) => JSON.parse(node.textContent || "{}")));

/** The language of the page, for numbers and times; English is written as in its country. */
export const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang || "en-GB";
const kinds = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE);

/** @typedef {Record<string, string | number>} Values */

/** A number as the language writes it.
 * @param {number} value */
export const number = (value) => numbers.format(value);

/** A text in words of the language, with `%(name)s` filled in.
 * @param {string} text
 * @param {Values} [values] */
export function words(text, values = {}) {
  const found = known[text];
  return fill(typeof found === "string" ? found : text, values);
}

/** A text in the form that goes with a number, which is `%(num)s` in it.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Values} [values] */
export function counted(one, many, count, values = {}) {
  const forms = known[one];
  const found = typeof forms === "object" ? forms[kinds.select(count)] : undefined;
  return fill(found ?? (count === 1 ? one : many), { num: number(count), ...values });
}

/**
 * @param {string} text
 * @param {Values} values
 */
const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? whole));
