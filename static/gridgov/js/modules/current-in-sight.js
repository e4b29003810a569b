// A row of places that is wider than the screen, or a column that is longer: the one we are at is in sight.
export default function start(row) {
  const current = row.querySelector("[aria-current]");
  if (!current) return;
  const left = current.getBoundingClientRect().left - row.getBoundingClientRect().left;
  const below = current.getBoundingClientRect().bottom - row.getBoundingClientRect().bottom;
  if (below > 0) row.scrollTop += below + current.offsetHeight;
  row.scrollLeft += left - (row.clientWidth - current.offsetWidth) / 2;
}
