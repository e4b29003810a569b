// Cards are dragged to a person, or back to the open ones, by mouse or pen; each card's own forms do the same without.
const FAR_ENOUGH = 6; // pixels: less is a press
const NEXT = "board-next";

export default function start(board) {
  goOnWithNext(board);
  board.addEventListener("submit", (event) => keepNext(event.target.closest("[data-task]")));
  if (board.dataset.drags === undefined) return;
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
  const holder = card.closest("[data-person], [data-open]");
  const all = [...board.querySelectorAll("[data-person], [data-open]")].filter((lane) => lane !== holder);
  const takes = (lane) => (lane.dataset.open === undefined ? people.has(lane.dataset.person) : card.dataset.held !== undefined);
  const stop = new AbortController();
  let lane, ghost;

  const move = (event) => {
    const x = event.clientX - start.clientX, y = event.clientY - start.clientY;
    if (!ghost && Math.hypot(x, y) < FAR_ENOUGH) return;
    if (!ghost) {
      ghost = lift(card);
      for (const each of all) if (takes(each)) each.classList.add("lane--takes");
    }
    ghost.style.translate = `${x}px ${y}px`;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-person], [data-open]");
    lane?.classList.remove("lane--over");
    lane = all.includes(under) ? under : undefined;
    if (lane && takes(lane)) lane.classList.add("lane--over");
  };
  const end = (isDropped) => {
    stop.abort();
    ghost?.remove();
    card.classList.remove("task--lifted");
    for (const each of all) each.classList.remove("lane--takes", "lane--over");
    if (!isDropped || !lane) return;
    if (takes(lane)) give(card, lane.dataset.person);
    else say(board.dataset.notTheirs.replace("NAME", lane.dataset.name));
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
  for (const form of ghost.querySelectorAll("form")) form.remove();
  ghost.classList.add("task--dragged");
  Object.assign(ghost.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
  card.classList.add("task--lifted");
  document.body.append(ghost);
  return ghost;
}

/** To a person, or back to the open ones. */
function give(card, person) {
  if (!person) return card.querySelector("[data-put-back]").requestSubmit();
  const form = card.querySelector("[data-give]");
  form.querySelector("select").value = person;
  form.requestSubmit();
}

function say(text) {
  const messages = document.getElementById("messages");
  const message = document.getElementById("board-message").content.firstElementChild.cloneNode(true);
  message.querySelector(".message__text").textContent = text;
  messages.replaceChildren(message);
}

/** The page comes anew after each step; whoever works through the cards goes on with the one that came after. */
function keepNext(card) {
  if (!card) return;
  const cards = [...card.closest(".lane").querySelectorAll("[data-task]")];
  const next = cards[cards.indexOf(card) + 1] ?? cards[cards.indexOf(card) - 1];
  sessionStorage.setItem(NEXT, next?.dataset.task ?? card.dataset.task);
}

function goOnWithNext(board) {
  const next = sessionStorage.getItem(NEXT);
  sessionStorage.removeItem(NEXT);
  const card = next && board.querySelector(`[data-task="${CSS.escape(next)}"]`);
  if (!card) return;
  for (let each = card.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
  card.querySelector("summary").focus();
}
