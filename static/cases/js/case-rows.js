// Rows of cases: on a narrow screen a case opens as a page, not as a sheet beside the list. What changes elsewhere changes here.
const ROOM_FOR_A_SHEET = "(min-width: 800px)";

export default function start(list) {
  list.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.target.closest("[data-open]");
    if (!link || window.matchMedia(ROOM_FOR_A_SHEET).matches) return;
    event.preventDefault();
    location.assign(link.href);
  });
  const stop = new AbortController();
  document.body.addEventListener("live:case", ({ detail }) => {
    if (!list.isConnected) return stop.abort();
    const changed = new Set(detail.changed);
    const numbers = [...list.querySelectorAll("[data-row]")].map((row) => row.dataset.number).filter((number) => changed.has(number));
    if (numbers.length) window.htmx.ajax("GET", `${list.dataset.rows}?${new URLSearchParams(numbers.map((number) => ["number", number]))}`, { source: list, swap: "none" });
  }, { signal: stop.signal });
}
