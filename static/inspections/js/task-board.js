// Cards are dragged to a person by mouse or pen; each card's own list of people does the same without.
const FAR_ENOUGH = 6; // pixels: less is a press

export default function start(board) {
  board.addEventListener("pointerdown", (event) => {
    // A finger scrolls.
    if (event.button !== 0 || event.pointerType === "touch") return;
    const card = event.target.closest("[data-task]");
    if (!card || event.target.closest("a, button, select, summary, input")) return;
    event.preventDefault();
    drag(board, card, event);
  });
}

function drag(board, card, start) {
  const people = new Set([...card.querySelectorAll("option")].map((option) => option.value).filter(Boolean));
  const lanes = [...board.querySelectorAll("[data-person]")].filter((lane) => people.has(lane.dataset.person));
  const stop = new AbortController();
  let lane, moved = false;

  const move = (event) => {
    const x = event.clientX - start.clientX, y = event.clientY - start.clientY;
    if (!moved && Math.hypot(x, y) < FAR_ENOUGH) return;
    if (!moved) {
      moved = true;
      card.classList.add("task--dragged");
      for (const each of lanes) each.classList.add("lane--takes");
    }
    card.style.translate = `${x}px ${y}px`;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-person]");
    lane?.classList.remove("lane--over");
    lane = lanes.includes(under) ? under : undefined;
    lane?.classList.add("lane--over");
  };
  const end = (assign) => {
    stop.abort();
    card.classList.remove("task--dragged");
    card.style.translate = "";
    for (const each of lanes) each.classList.remove("lane--takes", "lane--over");
    if (assign && lane) give(card, lane.dataset.person);
  };

  const { signal } = stop;
  window.addEventListener("pointermove", move, { signal });
  window.addEventListener("pointerup", () => end(true), { signal });
  window.addEventListener("pointercancel", () => end(false), { signal });
  window.addEventListener("keydown", (event) => event.key === "Escape" && end(false), { signal });
}

function give(card, person) {
  const form = card.querySelector("form");
  form.querySelector("select").value = person;
  form.requestSubmit();
}
