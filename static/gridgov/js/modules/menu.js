// A details element that behaves as a menu: Esc and a press elsewhere close it, arrows walk.
const ITEMS = ".menu__item, input, button, a";

export default function start(menu) {
  const summary = menu.querySelector("summary");

  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      event.stopPropagation();
      menu.open = false;
      summary.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.matches("input[type=radio]")) return;
    event.preventDefault();
    menu.open = true;
    const items = [...menu.querySelectorAll(`.menu__items :is(${ITEMS})`)];
    const place = items.indexOf(document.activeElement);
    items.at((place + step + items.length) % items.length)?.focus();
  });
}
