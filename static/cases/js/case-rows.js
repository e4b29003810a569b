// Rows of cases: on a narrow screen a case opens as a page, not as a sheet beside the list. What changes elsewhere changes here.
const FORGET = 15_000; // ms
const ROOM_FOR_A_SHEET = "(min-width: 800px)";

export default function start(list) {
  list.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.target.closest("[data-open]");
    if (!link || window.matchMedia(ROOM_FOR_A_SHEET).matches) return;
    event.preventDefault();
    location.assign(link.href);
  });
  const stop = new AbortController();
  for (const kind of ["live:case", "live:presence"]) {
    document.body.addEventListener(kind, ({ detail }) => {
      const changed = new Set(detail.changed);
      ask((row) => changed.has(row.dataset.number));
    }, { signal: stop.signal });
  }
  // Whoever vanished without a word is forgotten after a while.
  const timer = setInterval(() => ask((row) => row.querySelector("[data-open-with]")), FORGET);

  function ask(isMeant) {
    if (!list.isConnected) {
      clearInterval(timer);
      return stop.abort();
    }
    const numbers = [...list.querySelectorAll("[data-row]")].filter(isMeant).map((row) => row.dataset.number);
    if (numbers.length) window.htmx.ajax("GET", `${list.dataset.rows}?${new URLSearchParams(numbers.map((number) => ["number", number]))}`, { source: list, swap: "none" });
  }
}
