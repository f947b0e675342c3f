// <comment-thread site-key="cmpublic_…">: a page's comments and the form for a new one, on any website.
// All that people wrote is put in as text. Nothing here needs more of a page's CSP than script-src and
// connect-src of this file's own origin.

/** @typedef {{ id: string, parent_id: string | null, name: string, website: string | null, body: string, submitted_at: string, edited_at: string | null }} Comment */
/** @typedef {{ begin: number, end: number, field: string }} Span */
/** @typedef {Partial<Comment> & { code?: string, spans?: Span[], errors?: { field: string, message: string }[], status?: string }} Told */
/** @typedef {keyof typeof ENGLISH} Word */

const SERVICE = import.meta.url.replace(/\/widget\/[^?#]*.*$/, "");
const DEEPEST = 4;
const REASONS = /** @type {const} */ (["spam", "toxicity", "harassment", "personal_data", "off_topic", "other"]);

const ENGLISH = {
  comments: "Comments", more: "More comments", none: "No comments yet.", says: "says", edited: "edited",
  reply: "Reply", leave: "Leave a reply", answering: "Reply to", cancel: "Cancel reply",
  privacy: "Your email address will not be published. Required fields are marked *",
  name: "Name", email: "Email", website: "Website", body: "Comment", trap: "Leave this empty", post: "Post comment",
  sending: "Sending…", approved: "Your comment is published.", pending: "Your comment awaits moderation.",
  rejected: "Your comment was not published.", closed: "Comments are closed.",
  nudge: "These words may hold your comment back. Change them, or send it as it is:",
  wrong: "Please check:", fast: "Too many comments at once. Please wait a minute and send it again.",
  again: "It could not be sent. Please try again.", away: "Comments cannot be shown just now.",
  report: "Report", send: "Send", thanks: "Thank you for the report.",
  spam: "Advertising", toxicity: "Insulting", harassment: "Harassment", personal_data: "Private data",
  off_topic: "Off topic", other: "Something else",
  notify: "Tell me by email when it is published, and about replies",
};
/** @type {Record<string, Record<Word, string>>} */
const WORDS = {
  en: ENGLISH,
  de: {
    comments: "Kommentare", more: "Weitere Kommentare", none: "Noch keine Kommentare.", says: "schreibt",
    edited: "bearbeitet", reply: "Antworten", leave: "Kommentar schreiben", answering: "Antwort an",
    cancel: "Antwort abbrechen", privacy: "Deine E-Mail-Adresse wird nicht veröffentlicht. Erforderliche Felder sind mit * markiert",
    name: "Name", email: "E-Mail", website: "Website", body: "Kommentar", trap: "Bitte leer lassen",
    post: "Kommentar abschicken", sending: "Wird gesendet …", approved: "Dein Kommentar ist veröffentlicht.",
    pending: "Dein Kommentar wartet auf Freischaltung.", rejected: "Dein Kommentar wurde nicht veröffentlicht.",
    closed: "Die Kommentare sind geschlossen.",
    nudge: "Wegen dieser Wörter könnte dein Kommentar zurückgehalten werden. Ändere sie, oder schicke ihn so ab:",
    wrong: "Bitte prüfen:", fast: "Zu viele Kommentare auf einmal. Bitte warte eine Minute und sende noch einmal.",
    again: "Das Senden ist nicht gelungen. Bitte versuche es noch einmal.",
    away: "Die Kommentare können gerade nicht angezeigt werden.", report: "Melden", send: "Senden",
    thanks: "Danke für die Meldung.", spam: "Werbung", toxicity: "Beleidigend", harassment: "Belästigung",
    personal_data: "Private Daten", off_topic: "Nicht zum Thema", other: "Etwas anderes",
    notify: "Melde mir per E-Mail, wenn er veröffentlicht ist, und Antworten darauf",
  },
  es: {
    comments: "Comentarios", more: "Más comentarios", none: "Todavía no hay comentarios.", says: "dice",
    edited: "editado", reply: "Responder", leave: "Deja una respuesta", answering: "Respuesta a",
    cancel: "Cancelar la respuesta", privacy: "Tu dirección de correo electrónico no será publicada. Los campos obligatorios están marcados con *",
    name: "Nombre", email: "Correo electrónico", website: "Web", body: "Comentario", trap: "Déjalo vacío",
    post: "Publicar el comentario", sending: "Enviando…", approved: "Tu comentario está publicado.",
    pending: "Tu comentario está pendiente de moderación.", rejected: "Tu comentario no se ha publicado.",
    closed: "Los comentarios están cerrados.",
    nudge: "Estas palabras pueden retener tu comentario. Cámbialas o envíalo como está:",
    wrong: "Por favor, revisa:", fast: "Demasiados comentarios a la vez. Espera un minuto y envíalo de nuevo.",
    again: "No se ha podido enviar. Inténtalo de nuevo.", away: "Los comentarios no se pueden mostrar ahora.",
    report: "Denunciar", send: "Enviar", thanks: "Gracias por el aviso.", spam: "Publicidad", toxicity: "Insultante",
    harassment: "Acoso", personal_data: "Datos privados", off_topic: "Fuera de tema", other: "Otra cosa",
    notify: "Avísame por correo de la publicación y de las respuestas",
  },
};

/** Languages whose words are files of their own, had only where a page is in one of them. */
const FURTHER = ["ar", "fr", "it", "nl", "pl", "pt", "ru"];

const STYLE = `
:host { display: block; color: inherit; line-height: 1.5; --quiet: color-mix(in srgb, currentcolor 76%, transparent) }
:host([hidden]), [hidden] { display: none !important }
ol { list-style: none; margin: 0; padding: 0 }
ol ol { margin-inline-start: .6rem; padding-inline-start: clamp(.5rem, 3vw, 1.25rem); border-inline-start: 1px solid var(--quiet) }
article, form { margin-block: 1.25rem }
p { margin-block: .35rem }
.said { white-space: pre-wrap; overflow-wrap: anywhere }
header, .row { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline }
bdi { font-weight: 600; overflow-wrap: anywhere }
a { color: inherit }
time, .quiet { color: var(--quiet); font-size: .875em }
label { display: block; margin-block: .75rem }
input, textarea, select, button { font: inherit; box-sizing: border-box; border: 1px solid var(--quiet); border-radius: .25rem; padding: .4rem .6rem; min-block-size: 2.25rem }
input, textarea { display: block; inline-size: 100%; background: Field; color: FieldText }
.check input { display: inline; inline-size: auto; min-block-size: 0 }
button { cursor: pointer; background: transparent; color: inherit }
button.link { border-color: transparent; padding-inline: .25rem; text-decoration: underline }
[aria-invalid=true] { border-width: 2px; border-style: dashed }
.notice { border: 1px solid currentcolor; border-radius: .25rem; padding: .6rem .8rem }
.trap { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%) }
`;

/** An element with a part's name, attributes and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]} */
function made(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** @param {string} label @param {() => void} act @param {string} part */
function button(label, act, part) {
  const node = made("button", { type: "button", class: "link", part: `button ${part}` }, label);
  node.addEventListener("click", act);
  return node;
}

/** A date and time as a language writes it; one that is none, such as `en_US`, as the reader's does.
 * @param {string} language @param {string} at */
function written(language, at) {
  const how = /** @type {const} */ ({ dateStyle: "medium", timeStyle: "short" });
  try {
    return new Date(at).toLocaleString(language.replaceAll("_", "-"), how);
  } catch {
    return new Date(at).toLocaleString([], how);
  }
}

/** @param {number} seconds */
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((each) => each.toString(16)).join("-");

class CommentThread extends HTMLElement {
  /** @type {Map<string, { item: HTMLElement, depth: number }>} */
  #shown = new Map();
  /** @type {{ parent: string | null, key: string, text: string, token: Promise<string> | null }} */
  #draft = { parent: null, key: newKey(), text: "", token: null };
  #list = made("ol", { part: "thread" });
  #rest = made("p");
  #status = made("div", { role: "status", part: "status" });
  #place = made("div");
  /** @type {HTMLFormElement | null} */
  #form = null;
  /** @type {HTMLElement | null} */
  #mails = null;
  #busy = false;
  #page = "";
  /** Whom the address names, until that one is shown. */
  #wanted = /^#comment-([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? "";
  /** @type {Record<Word, string>} */
  #words = ENGLISH;

  static observedAttributes = ["page"];

  /** A script that shows another article in the same place says so by the element's `page`. */
  attributeChangedCallback() {
    if (this.#page && this.page !== this.#page) this.#start();
  }

  connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" });
    void this.#begin();
  }

  async #begin() {
    const code = this.#language.toLowerCase().split(/[-_]/)[0] ?? "";
    this.#words = WORDS[code] ?? ENGLISH;
    if (FURTHER.includes(code)) {
      const file = await import(`${SERVICE}/widget/words-${code}.js`).catch(() => null);
      this.#words = file?.default ?? ENGLISH;
    }
    this.#build();
  }

  #build() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    root.adoptedStyleSheets = [sheet];
    const heading = made("h2", { part: "heading", id: "title" }, this.#word("comments"));
    root.append(made("section", { "aria-labelledby": "title" }, heading, this.#list, this.#rest, this.#place, this.#status));
    this.#start();
  }

  #start() {
    this.#shown.clear();
    this.#form = null;
    this.#busy = false;
    this.#draft = { parent: null, key: newKey(), text: "", token: null };
    for (const node of [this.#list, this.#place, this.#status]) node.replaceChildren();
    this.#page = this.page;
    void this.#load("");
  }

  /** The address of the article: as the element says it, else as the page does. */
  get page() {
    const canonical = document.querySelector('link[rel="canonical"]');
    const own = canonical instanceof HTMLLinkElement ? canonical.href : location.href;
    return this.getAttribute("page") || own.replace(/#.*/, "");
  }

  get #language() {
    return this.closest("[lang]")?.getAttribute("lang") || "en";
  }

  /** Of the page's language where there is one; `words-…` attributes say another.
   * @param {Word} name */
  #word(name) {
    return this.getAttribute(`words-${name}`) ?? this.#words[name];
  }

  /** @param {string} path @param {Record<string, string>} query @param {object} [body] @param {Record<string, string>} [more] */
  #call(path, query, body, more = {}) {
    const headers = { Authorization: `Bearer ${this.getAttribute("site-key") ?? ""}`, ...more };
    const address = `${SERVICE}/v1/${path}?${new URLSearchParams(query)}`;
    if (!body) return fetch(address, { headers, credentials: "omit" });
    const sent = { ...headers, "Content-Type": "application/json" };
    return fetch(address, { method: "POST", headers: sent, body: JSON.stringify(body), credentials: "omit" });
  }

  /** @param {string} cursor */
  async #load(cursor) {
    this.#rest.replaceChildren();
    const page = this.#page, before = new Set(this.#shown.keys());
    try {
      do {
        const query = { page, limit: "100", ...(cursor && { cursor }) };
        const answer = await this.#call("comments", query);
        if (!answer.ok) throw new Error(String(answer.status));
        const told = await answer.json();
        if (page !== this.#page) return;
        for (const comment of told.comments) this.#add(comment);
        cursor = told.next;
        if (told.page.closed) this.#close();
        else if (!this.#form) this.#place.append((this.#form = this.#newForm()));
      } while (cursor && this.#isFurther());
      if (cursor) this.#offerMore(cursor);
      else if (!this.#shown.size) this.#rest.append(this.#word("none"));
      this.#goOn(before);
    } catch {
      if (page !== this.#page) return;
      this.#rest.append(this.#word("away"), " ");
      this.#offerMore(cursor);
    }
  }

  /** Ids are in the order of the list: whom the address names is on another part, or on none. */
  #isFurther() {
    return !this.#shown.has(this.#wanted) && ([...this.#shown.keys()].at(-1) ?? "") < this.#wanted;
  }

  /** @param {string} cursor */
  #offerMore(cursor) {
    this.#rest.append(button(this.#word("more"), () => void this.#load(cursor), "more"));
  }

  /** Show whom the address names, or go on reading where the button was. @param {Set<string>} before */
  #goOn(before) {
    const wanted = this.#shown.get(this.#wanted)?.item;
    const next = before.size ? [...this.#shown].find(([id]) => !before.has(id))?.[1].item : undefined;
    this.#wanted = "";
    wanted?.scrollIntoView();
    next?.setAttribute("tabindex", "-1");
    next?.focus();
  }

  /** @param {Comment} comment */
  #add(comment) {
    if (this.#shown.has(comment.id)) return;
    const above = comment.parent_id === null ? undefined : this.#shown.get(comment.parent_id);
    const item = made("li", {}, this.#article(comment));
    this.#shown.set(comment.id, { item, depth: above ? Math.min(above.depth + 1, DEEPEST) : 0 });
    if (!above) return void this.#list.append(item);
    if (above.depth === DEEPEST) return void above.item.parentElement?.append(item);
    const under = [...above.item.children].find((node) => node.matches("ol")) ?? made("ol", { part: "replies" });
    under.append(item);
    above.item.append(under);
  }

  /** @param {Comment} comment */
  #article(comment) {
    const author = made("bdi", { part: "author" }, comment.name);
    const link = /^https?:/i.test(comment.website ?? "") && made("a", { rel: "ugc nofollow noopener noreferrer", href: comment.website ?? "" }, author);
    const when = written(this.#language, comment.submitted_at);
    const time = made("time", { datetime: comment.submitted_at, part: "time" }, when, comment.edited_at ? ` · ${this.#word("edited")}` : "");
    const acts = made("p", { class: "row", part: "acts" });
    acts.append(button(this.#word("reply"), () => this.#answer(comment), "reply"));
    acts.append(button(this.#word("report"), () => this.#ask(comment, acts), "report"));
    const said = made("p", { class: "said", dir: "auto", part: "body" }, comment.body);
    const label = `${comment.name} ${this.#word("says")}`;
    return made("article", { part: "comment", "aria-label": label }, made("header", {}, link || author, time), said, acts);
  }

  /** @param {Comment} comment @param {HTMLElement} acts */
  #ask(comment, acts) {
    const options = REASONS.map((reason) => made("option", { value: reason }, this.#word(reason)));
    const reason = made("select", { "aria-label": this.#word("report"), part: "field" }, ...options);
    const done = async () => {
      const answer = await this.#call(`comments/${comment.id}/reports`, {}, { reason: reason.value }).catch(() => null);
      const known = answer && (answer.ok || answer.status === 404);  // it may be gone by now
      acts.replaceChildren(this.#word(known ? "thanks" : "again"));
    };
    acts.replaceChildren(reason, button(this.#word("send"), () => void done(), "report"));
    reason.focus();
  }

  /** @param {Comment} comment */
  #answer(comment) {
    if (!this.#form) return;
    this.#draft.parent = comment.id;
    const cancel = button(this.#word("cancel"), () => this.#atEnd(), "cancel");
    const title = this.#form.querySelector("h3");
    title?.replaceChildren(`${this.#word("answering")} `, made("bdi", {}, comment.name), " ", cancel);
    this.#shown.get(comment.id)?.item.querySelector("article")?.after(this.#form);
    this.#form.querySelector("textarea")?.focus();
  }

  #atEnd() {
    if (!this.#form) return;
    this.#draft.parent = null;
    this.#form.querySelector("h3")?.replaceChildren(this.#word("leave"));
    this.#place.append(this.#form);
  }

  #close() {
    this.#form?.remove();
    this.#form = null;
    this.#place.replaceChildren(made("p", { part: "closed" }, this.#word("closed")));
    this.#status.replaceChildren();
    for (const reply of this.#list.querySelectorAll('[part~="reply"]')) reply.remove();
  }

  #newForm() {
    /** @param {Word} name @param {Record<string, string>} more */
    const field = (name, more) => {
      const star = more.required === undefined ? "" : " *";
      const node = made(name === "body" ? "textarea" : "input", { name, part: "field", ...more });
      return made("label", {}, `${this.#word(name)}${star}`, node);
    };
    const trap = made("div", { class: "trap", "aria-hidden": "true" }, field("trap", { tabindex: "-1", autocomplete: "off" }));
    const form = made("form", { part: "form", "aria-labelledby": "reply-title" },
      made("h3", { part: "form-title", id: "reply-title" }, this.#word("leave")),
      made("p", { class: "quiet", part: "privacy" }, this.#word("privacy")),
      field("body", { required: "", rows: "6", maxlength: "10000", dir: "auto" }),
      field("name", { required: "", maxlength: "100", autocomplete: "name", dir: "auto" }),
      field("email", { required: "", type: "email", maxlength: "254", autocomplete: "email" }),
      field("website", { maxlength: "2048", inputmode: "url", autocomplete: "url" }),
      trap, made("button", { part: "button post" }, this.#word("post")));
    const box = made("input", { type: "checkbox", name: "notify", value: "both", part: "field" });
    this.#mails = made("label", { class: "check", hidden: "", part: "notify" }, box, " ", this.#word("notify"));
    form.querySelector(".trap")?.before(this.#mails);
    form.addEventListener("focusin", () => void this.#token().catch(() => null));
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.#submit(form); });
    return form;
  }

  /** The form's token, had when somebody begins to write: it may not be younger than they type. */
  #token(draft = this.#draft, page = this.#page) {
    const ask = async () => {
      const answer = await this.#call("form", { page });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (this.#mails) this.#mails.hidden = !told.mails;
      return String(told.form);
    };
    return (draft.token ??= ask().catch((error) => { draft.token = null; throw error; }));
  }

  /** @param {HTMLFormElement} form */
  async #submit(form) {
    if (this.#busy) return;
    this.#busy = true;
    this.#say(this.#word("sending"));
    /** @type {Record<string, string>} */
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    const draft = this.#draft, isShown = () => draft === this.#draft;  // else another article is
    try {
      const answer = await this.#post(fields);
      if (isShown()) this.#tell(form, fields, answer);
    } catch {
      if (isShown()) this.#say(this.#word("again"));
    } finally {
      if (isShown()) this.#busy = false;
    }
  }

  /** Send a comment, waiting where it comes too soon; the same again makes no second one.
   * @param {Record<string, string>} fields @returns {Promise<{ status: number, told: Told }>} */
  async #post(fields) {
    const draft = this.#draft;
    const comment = { ...fields, page: this.#page, parent_id: draft.parent, nudge: true };
    const text = JSON.stringify(comment);
    if (draft.text && draft.text !== text) draft.key = newKey();
    draft.text = text;
    for (let tries = 0; ; tries += 1) {
      const once = { "Idempotency-Key": draft.key };
      const answer = await this.#call("comments", {}, { ...comment, form: await this.#token(draft, comment.page) }, once);
      /** @type {Told} */
      const told = await answer.json();
      if (tries === 3 || answer.status !== 409) return { status: answer.status, told };
      if (told.code === "form_too_new") await pause(Number(answer.headers.get("Retry-After")) || 3);
      else if (told.code === "form_expired") draft.token = null;
      else return { status: answer.status, told };
    }
  }

  /** @param {HTMLFormElement} form @param {Record<string, string>} fields @param {{ status: number, told: Told }} answer */
  #tell(form, fields, { status, told }) {
    for (const node of form.elements) node.removeAttribute("aria-invalid");
    if (told.code === "nudge") return this.#nudge(fields, told.spans ?? []);
    if (told.code === "page_closed") return this.#keep(fields.body ?? "");
    if (told.code === "repeated") return this.#refuse(form, [{ field: "body", message: "" }]);
    if (status === 422) return this.#refuse(form, told.errors ?? []);
    if (status === 429) return this.#say(this.#word("fast"));
    if (status !== 200 && status !== 201) return this.#say(this.#word("again"));
    Object.assign(this.#draft, { key: newKey(), text: "" });
    const area = form.querySelector("textarea");
    if (area && area.value.trim() === fields.body) {  // else somebody wrote on while it was sent
      area.value = "";
      this.#atEnd();
    }
    const kind = told.status === "approved" || told.status === "rejected" ? told.status : "pending";
    this.#say(this.#word(kind), ...(kind === "pending" ? [made("p", { class: "said", dir: "auto" }, fields.body ?? "")] : []));
    if (kind === "approved") this.#add(/** @type {Comment} */ (told));
  }

  /** The page was closed meanwhile: what was written is left to its author. @param {string} text */
  #keep(text) {
    this.#close();
    this.#say(this.#word("closed"), made("p", { class: "said", dir: "auto" }, text));
    this.#place.replaceChildren();
  }

  /** @param {Record<string, string>} fields @param {Span[]} spans */
  #nudge(fields, spans) {
    this.#draft.text = "";  // what comes next under the same key is taken, whatever it says
    const places = spans.map((span) => [...(fields[span.field] ?? "")].slice(span.begin, span.end).join(""));
    const words = [...new Set(places)].filter(Boolean).map((word) => made("li", {}, made("bdi", {}, word)));
    this.#say(this.#word("nudge"), made("ul", { part: "nudge" }, ...words));
  }

  /** @param {HTMLFormElement} form @param {{ field: string, message: string }[]} errors */
  #refuse(form, errors) {
    const nodes = errors.map(({ field }) => form.elements.namedItem(field)).filter((node) => node instanceof HTMLElement);
    for (const node of nodes) node.setAttribute("aria-invalid", "true");
    nodes[0]?.focus();
    const names = errors.map(({ field, message }) => (field in ENGLISH ? this.#word(/** @type {Word} */ (field)) : message));
    this.#say(`${this.#word("wrong")} ${names.join(", ")}`);
  }

  /** Say something where screen readers hear it. @param {(Node | string)[]} parts */
  #say(...parts) {
    const [first = "", ...rest] = parts;
    const place = this.#form ?? this.#place;
    if (this.#status.previousElementSibling !== place) place.after(this.#status);
    this.#status.replaceChildren(made("div", { class: "notice", part: "notice" }, made("p", {}, first), ...rest));
  }
}

if (!customElements.get("comment-thread")) customElements.define("comment-thread", CommentThread);
