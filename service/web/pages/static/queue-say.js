// Says what happened, to eyes and to screen readers: one line that goes away by itself.

const box = document.getElementById("said");
let timer = 0;

/** Say a sentence; `kind` is good, bad or plain. */
export function say(text, kind = "plain") {
  box.dataset.kind = kind;
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => box.classList.remove("shown"), kind === "bad" ? 12_000 : 5_000);
}

/** A length of time in its largest whole unit. */
export function ago(moment) {
  const seconds = Math.max(0, (Date.now() - new Date(moment)) / 1000);
  const [size, unit] = [[86_400, "day"], [3_600, "hour"], [60, "minute"]].find(([each]) => seconds >= each) ?? [];
  if (!unit) return "under a minute";
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
