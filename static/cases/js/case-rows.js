// Rows of cases: on a narrow screen a case opens as a page, not as a sheet beside the list.
const ROOM_FOR_A_SHEET = "(min-width: 800px)";

export default function start(list) {
  list.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.target.closest("[data-open]");
    if (!link || window.matchMedia(ROOM_FOR_A_SHEET).matches) return;
    event.preventDefault();
    location.assign(link.href);
  });
}
