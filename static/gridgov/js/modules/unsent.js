// At a desk: what this browser kept on a narrow screen is sent from here too, and said until it is. Where nothing was
// ever kept, this small file is all that is loaded.
export default async function start(link) {
  const { user } = document.body.dataset;
  const stores = (await indexedDB?.databases?.().catch(() => [])) ?? [];
  if (!stores.some(({ name }) => name === `gridgov-${user}`)) return;
  const [{ listItems, whenChanged }, { keepDraining }] = await Promise.all([import("../phone/queue.js"), import("../phone/sender.js")]);

  async function show() {
    const items = (await listItems()).filter(({ state }) => state === "waiting" || state === "refused");
    const name = items.some(({ state }) => state === "refused") ? "refused" : "waiting";
    const n = items.filter(({ state }) => state === name).length;
    link.hidden = !n;
    link.querySelector("span").textContent = (n === 1 ? link.dataset[`${name}One`] : link.dataset[name]).replace("{n}", n);
  }

  whenChanged(show);
  await show();
  await keepDraining();
}
