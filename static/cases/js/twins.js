// A digit leads to the case of that number among those that may be the same; Enter then merges into it.
import { OPEN, onLetter } from "../../gridgov/js/keys.js";

export default function start(part) {
  const twins = [...part.querySelectorAll("[data-twin]")];
  onLetter(part, OPEN, (letter) => {
    const twin = twins.find(({ dataset }) => dataset.twin === letter);
    const wanted = twin?.querySelector("button") ?? twin?.querySelector("a"); // what is closed is only looked at
    if (!wanted) return false;
    wanted.focus();
    wanted.scrollIntoView({ block: "nearest" });
    return true;
  });
  for (const [i, twin] of twins.entries()) {
    for (const [event, on] of [["focusin", true], ["pointerenter", true], ["focusout", false], ["pointerleave", false]])
      twin.addEventListener(event, () => part.querySelectorAll(".map-number--other")[i]?.classList.toggle("map-number--current", on));
  }
}
