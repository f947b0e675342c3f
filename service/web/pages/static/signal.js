// An EventTarget whose kinds of events, and what each carries, are known to the type checker.

/** @template {Record<string, unknown>} Kinds */
export class Signal extends EventTarget {
  /**
   * @template {keyof Kinds & string} K
   * @param {K} kind
   * @param {(detail: Kinds[K]) => void} heard
   */
  on(kind, heard) {
    this.addEventListener(kind, (event) => heard(/** @type {CustomEvent<Kinds[K]>} */ (event).detail));
  }

  /**
   * @template {keyof Kinds & string} K
   * @param {K} kind
   * @param {Kinds[K]} detail
   */
  emit(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
