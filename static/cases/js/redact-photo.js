// Boxes over a photo, by mouse, finger or keys; what is sent are the numbers below, which every change goes through.
const NAMES = ["left", "top", "width", "height"];
const SMALLEST = 0.5; // per cent: less is a slip of the finger
const STEP = 1;
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const NEW_BOX = { left: 40, top: 40, width: 20, height: 20 };

export default function start(form) {
  const canvas = form.querySelector("[data-canvas]");
  const rows = form.querySelector("fieldset");
  const total = form.querySelector('[name="box-TOTAL_FORMS"]');
  const most = Number(form.querySelector('[name="box-MAX_NUM_FORMS"]').value);
  const said = form.querySelector("[data-said]");
  const drawn = new Map(); // row → its rectangle
  let drag = null;

  canvas.removeAttribute("hidden");
  for (const part of form.querySelectorAll("[data-with-js]")) part.hidden = false;
  form.addEventListener("input", draw);
  form.querySelector("[data-add]").addEventListener("click", () => {
    const row = freeRow();
    if (!row) return;
    write(row, NEW_BOX);
    drawn.get(row).focus();
  });
  canvas.addEventListener("pointerdown", begin);
  canvas.addEventListener("pointermove", go);
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("keydown", press);
  draw();

  function begin(event) {
    if (event.button) return;
    event.preventDefault();
    const from = at(event);
    const row = rowOf(event.target);
    if (row) {
      event.target.focus();
      drag = { row, from, before: read(row), moves: true };
    } else {
      const fresh = freeRow();
      if (!fresh) return;
      drag = { row: fresh, from, moves: false };
    }
    canvas.setPointerCapture(event.pointerId);
  }

  function go(event) {
    if (!drag) return;
    const to = at(event);
    if (drag.moves) {
      write(drag.row, inside({ ...drag.before, left: drag.before.left + to.x - drag.from.x, top: drag.before.top + to.y - drag.from.y }));
    } else {
      write(drag.row, {
        left: Math.min(drag.from.x, to.x),
        top: Math.min(drag.from.y, to.y),
        width: Math.abs(to.x - drag.from.x),
        height: Math.abs(to.y - drag.from.y),
      });
    }
  }

  function end() {
    if (!drag) return;
    const box = read(drag.row);
    if (!drag.moves && !(box.width >= SMALLEST && box.height >= SMALLEST)) clear(drag.row);
    else drawn.get(drag.row)?.focus();
    drag = null;
  }

  function press(event) {
    const row = rowOf(event.target);
    if (!row) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const box = read(row);
      const [x, y] = arrow;
      write(row, inside(event.shiftKey
        ? { ...box, width: Math.max(box.width + x, SMALLEST), height: Math.max(box.height + y, SMALLEST) }
        : { ...box, left: box.left + x, top: box.top + y }));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      clear(row);
      form.querySelector("[data-add]").focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A row without numbers, a new one if need be; none when no more fit. */
  function freeRow() {
    const all = [...rows.querySelectorAll("[data-row]")];
    const free = all.find((row) => fields(row).every((field) => !field.value));
    if (free) return free;
    if (all.length >= most) {
      said.textContent = form.dataset.full;
      return null;
    }
    const made = form.querySelector("[data-empty]").content.cloneNode(true);
    made.querySelector(".redact__name").append(` ${all.length + 1}`);
    for (const field of made.querySelectorAll("input")) {
      field.name = field.name.replace("__prefix__", all.length);
      field.id = field.id.replace("__prefix__", all.length);
    }
    for (const label of made.querySelectorAll("label[for]")) label.htmlFor = label.htmlFor.replace("__prefix__", all.length);
    rows.append(made);
    total.value = all.length + 1;
    return rows.lastElementChild;
  }

  function draw() {
    [...rows.querySelectorAll("[data-row]")].forEach((row, index) => {
      const box = read(row);
      if (!(box.width > 0 && box.height > 0)) {
        drawn.get(row)?.remove();
        drawn.delete(row);
        return;
      }
      let rect = drawn.get(row);
      if (!rect) {
        rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        rect.setAttribute("tabindex", "0");
        rect.setAttribute("role", "button");
        rect.setAttribute("aria-label", form.dataset.box.replace("%n", index + 1));
        canvas.append(rect);
        drawn.set(row, rect);
      }
      for (const [name, value] of [["x", box.left], ["y", box.top], ["width", box.width], ["height", box.height]]) rect.setAttribute(name, value);
    });
  }

  function rowOf(rect) {
    return [...drawn].find(([, one]) => one === rect)?.[0];
  }

  function fields(row) {
    return NAMES.map((name) => row.querySelector(`[name$="-${name}"]`));
  }

  function read(row) {
    return Object.fromEntries(fields(row).map((field, index) => [NAMES[index], field.value === "" ? NaN : Number(field.value)]));
  }

  function write(row, box) {
    fields(row).forEach((field, index) => { field.value = box[NAMES[index]].toFixed(1); });
    draw();
  }

  function clear(row) {
    for (const field of fields(row)) field.value = "";
    draw();
  }

  function inside(box) {
    const width = Math.min(box.width, 100);
    const height = Math.min(box.height, 100);
    return { width, height, left: Math.min(Math.max(box.left, 0), 100 - width), top: Math.min(Math.max(box.top, 0), 100 - height) };
  }

  function at(event) {
    const room = canvas.getBoundingClientRect();
    const share = (value, size) => Math.min(Math.max((100 * value) / size, 0), 100);
    return { x: share(event.clientX - room.left, room.width), y: share(event.clientY - room.top, room.height) };
  }
}
