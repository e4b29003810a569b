// What was filled in already and waits in the queue says so on its card, which then leads there and not to the form again.
//
// <article data-errand="task 7" data-errand-at="2026-…-000032">  what things in the queue are about that do this work
const pattern = document.getElementById("filled-in");
const marked = new Map(); // card → {id of the item, chip, takeOff}

export function markFilledIn(items) {
  if (!pattern) return;
  const waiting = items.filter((item) => item.state === "waiting" && doesTheWork(item));
  for (const card of document.querySelectorAll("[data-errand]")) {
    const { errand, errandAt } = card.dataset;
    const item = waiting.find(({ about }) => about && (about === errand || about === errandAt));
    if (item && !marked.has(card)) marked.set(card, { id: item.id, ...mark(card) });
  }
  for (const [card, { id, chip, takeOff }] of marked) {
    const state = items.find((item) => item.id === id)?.state;
    // This page is of before it was sent: what the card offers is done with.
    if (state === "sent") chip.textContent = pattern.dataset.sent;
    else if (state !== "waiting") {
      takeOff();
      marked.delete(card);
    }
  }
}

/** A press such as "begin", or a comment, leaves the work to be done. */
function doesTheWork({ form_path, kind }) {
  return Boolean(form_path) && kind !== "cases:comment_case";
}

function mark(card) {
  const chip = pattern.content.firstElementChild.cloneNode(true);
  (card.querySelector(".card__state") ?? card).append(chip);
  const links = [...card.querySelectorAll("a[href]")].map((link) => [link, link.getAttribute("href")]);
  for (const [link] of links) link.href = pattern.dataset.queue;
  const buttons = [...card.querySelectorAll(".card__actions, .button")].filter(({ hidden }) => !hidden);
  for (const button of buttons) button.hidden = true;
  return {
    chip,
    takeOff() {
      chip.remove();
      for (const [link, href] of links) link.setAttribute("href", href);
      for (const button of buttons) button.hidden = false;
    },
  };
}
