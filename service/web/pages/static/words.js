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

const TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/gu;
/** Whether a text has letters of the other direction than the page.
 * @param {string} text */
const turns = (text) => (document.dir === "rtl" ? /\p{L}/u.test(text.replace(TO_LEFT, "")) : text.search(TO_LEFT) >= 0);

/** A name or a text of somebody's for a sentence of ours: its direction turns nothing around it.
 * @param {string} text */
export const apart = (text) => (turns(text) ? `\u2068${text}\u2069` : text);

const cutter = "Segmenter" in Intl ? new Intl.Segmenter(LANGUAGE) : null;

/** The beginning of a text, of so many letters as people count them: no emoji and no accent is cut.
 * @param {string} text
 * @param {number} count */
export function shortened(text, count) {
  const letters = cutter ? Array.from(cutter.segment(text), ({ segment }) => segment) : Array.from(text);
  return letters.length > count ? `${letters.slice(0, count).join("")}…` : text;
}

/**
 * @param {string} text
 * @param {Values} values
 */
const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (whole, name) => apart(String(values[name] ?? whole)));
