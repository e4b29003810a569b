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
  let lane, ghost;

  const move = (event) => {
    const x = event.clientX - start.clientX, y = event.clientY - start.clientY;
    if (!ghost && Math.hypot(x, y) < FAR_ENOUGH) return;
    if (!ghost) {
      ghost = lift(card);
      for (const each of lanes) each.classList.add("lane--takes");
    }
    ghost.style.translate = `${x}px ${y}px`;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-person]");
    lane?.classList.remove("lane--over");
    lane = lanes.includes(under) ? under : undefined;
    lane?.classList.add("lane--over");
  };
  const end = (assign) => {
    stop.abort();
    ghost?.remove();
    card.classList.remove("task--lifted");
    for (const each of lanes) each.classList.remove("lane--takes", "lane--over");
    if (assign && lane) give(card, lane.dataset.person);
  };

  const { signal } = stop;
  window.addEventListener("pointermove", move, { signal });
  window.addEventListener("pointerup", () => end(true), { signal });
  window.addEventListener("pointercancel", () => end(false), { signal });
  window.addEventListener("keydown", (event) => event.key === "Escape" && end(false), { signal });
}

/** What follows the pointer: a lane that scrolls would cut the card itself. */
function lift(card) {
  const { left, top, width } = card.getBoundingClientRect();
  const ghost = card.cloneNode(true);
  ghost.querySelector("form")?.remove();
  ghost.classList.add("task--dragged");
  Object.assign(ghost.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
  card.classList.add("task--lifted");
  document.body.append(ghost);
  return ghost;
}

function give(card, person) {
  const form = card.querySelector("form");
  form.querySelector("select").value = person;
  form.requestSubmit();
}
