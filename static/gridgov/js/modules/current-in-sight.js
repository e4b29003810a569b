// A row of places that is wider than the screen: the one we are at is in sight.
export default function start(row) {
  const current = row.querySelector("[aria-current]");
  if (!current) return;
  const left = current.getBoundingClientRect().left - row.getBoundingClientRect().left;
  row.scrollLeft += left - (row.clientWidth - current.offsetWidth) / 2;
}
