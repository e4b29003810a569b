// Ready texts as chips above their field: a press puts one in where the cursor stands and takes nothing away. From the
// field Shift+Tab leads to them; there the arrows walk, a figure or Enter chooses, and the cursor is back in the field.
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export default function start(replies) {
  const field = document.getElementById(replies.dataset.for);
  const row = replies.querySelector("[data-chips]");
  if (!field) return;
  const chips = [...row.children];
  row.hidden = false;
  field.before(row);
  replies.remove();

  row.addEventListener("click", ({ target }) => {
    const chip = target.closest("[data-text]");
    if (chip) put(chip.dataset.text);
  });
  row.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const chosen = /^[1-9]$/.test(event.key) && chips[event.key - 1];
    const step = STEPS[event.key];
    if (!chosen && !step) return;
    event.preventDefault();
    if (chosen) return put(chosen.dataset.text);
    const next = chips[(chips.indexOf(event.target) + step + chips.length) % chips.length];
    for (const chip of chips) chip.tabIndex = chip === next ? 0 : -1;
    next.focus();
  });

  function put(text) {
    const at = field.selectionEnd ?? field.value.length;
    const before = field.value.slice(0, at);
    field.setRangeText((before && !before.endsWith("\n") ? "\n" : "") + text, at, at, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
}
