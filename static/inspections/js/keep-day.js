// Fetches the phone's day while there is a signal, so that it is there when there is none.
import { outlinesOf, refreshDay } from "./day.js";

export default async function start(element) {
  const day = await refreshDay(element.dataset.day);
  if (day) await outlinesOf(day, element.dataset.outlines);
}
