// Words of the queue in the reader's language: templates/components/queue_words.html carries them.
const said = document.getElementById("queue-words")?.dataset ?? {};
const language = document.documentElement.lang;
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60]];

/** A sentence by its name; {values} are put in. */
export function words(name, values = {}) {
  return (said[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** A sentence that counts: `name` for several, `nameOne` for one. */
export function counted(name, n) {
  return words(n === 1 && said[`${name}One`] ? `${name}One` : name, { n });
}

/** Why something is not sent yet, or was refused: our words, then the server's own. */
export function reasonOf({ reason }) {
  if (!reason) return "";
  return [words(`why${pascal(reason.code)}`) || (reason.words ? "" : words("whyFailed")), reason.words].filter(Boolean).join(" ");
}

/** How long ago, in one unit: 2 hr; of less than a minute nobody speaks. */
export function age(moment) {
  const seconds = Math.max(0, (Date.now() - moment) / 1000);
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? [];
  if (!unit) return "";
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(Math.floor(seconds / size));
}

/** A moment as people write it. */
export function moment(at) {
  return new Intl.DateTimeFormat(language, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

function pascal(code) {
  return code.split("_").map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
}
