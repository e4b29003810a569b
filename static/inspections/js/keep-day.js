// Fetches the phone's day while there is a signal, with the pages of the work in it, so that both are there when there is none.
import { keepAhead } from "../../gridgov/js/phone/pages.js";
import { outlinesOf, refreshDay } from "./day.js";

const MOST = 20; // pages; those that are due first

export default function start({ dataset }) {
  fetchAhead(dataset); // in its own time: nothing on this page waits for it
}

async function fetchAhead(dataset) {
  const day = await refreshDay(dataset.day);
  if (!day) return;
  await outlinesOf(day, dataset.outlines);
  const tasks = day.tasks.map(({ id }) => dataset.task.replace("/0/", `/${id}/`));
  const cases = day.cases.map(({ number }) => dataset.case.replace("NUMBER", number));
  const first = cases.slice(0, MOST / 2);
  await keepAhead([...first, ...tasks].slice(0, MOST));
  await keepAhead(first.map((address) => `${address}comment/`));
}
