// An arrow or a circle on a copy of a photo; the photo itself stays as it is.
import { whatTheCameraWrote } from "./exif.js";
import { LONGEST_SIDE } from "./photo.js";

const QUALITY = 0.85;
const SHORTEST = 0.02; // of the width: less is a tap

/**
 * Opens the page's drawing dialog; answers the marked copy as a File, or null.
 *
 * Its `told` is {taken_at, position, is_marked_copy}: the original's time and place, or what that one's own `told` says.
 */
export async function drawOn(file) {
  const dialog = document.getElementById("drawing");
  const canvas = dialog.querySelector("canvas");
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  const shapes = [];
  let drawing = null;

  const paint = () => {
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const shape of [...shapes, drawing].filter(Boolean)) stroke(pen, shape, canvas.width);
    for (const button of dialog.querySelectorAll("[data-undo], [data-done]")) button.disabled = !shapes.length;
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * canvas.width, y: ((event.clientY - box.top) / box.height) * canvas.height };
  };
  const listening = new AbortController();
  const on = (target, name, work) => target.addEventListener(name, work, { signal: listening.signal });
  on(canvas, "pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drawing = { kind: dialog.querySelector("[name=shape]:checked").value, from: at(event), to: at(event) };
  });
  on(canvas, "pointermove", (event) => {
    if (!drawing) return;
    drawing.to = at(event);
    paint();
  });
  on(canvas, "pointerup", () => {
    if (drawing && length(drawing) > SHORTEST * canvas.width) shapes.push(drawing);
    drawing = null;
    paint();
  });
  on(canvas, "pointercancel", () => { drawing = null; paint(); });
  on(dialog.querySelector("[data-undo]"), "click", () => { shapes.pop(); paint(); });

  paint();
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  listening.abort();
  const blob = dialog.returnValue === "done" && shapes.length ? await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY)) : null;
  picture.close();
  canvas.width = canvas.height = 0; // iOS counts the memory of canvases that are no longer used
  if (!blob) return null;
  const copy = new File([blob], file.name.replace(/(\.\w+)?$/, "-marked.jpg"), { type: "image/jpeg", lastModified: Date.now() });
  const { taken_at, position } = whatTheCameraWrote(await file.arrayBuffer());
  return Object.assign(copy, { told: { taken_at: taken_at ?? file.told?.taken_at ?? null, position: position ?? file.told?.position ?? null, is_marked_copy: true } });
}

/** Red with a light rim, to be seen on whatever is beneath. */
function stroke(pen, shape, width) {
  const line = Math.max(4, width / 90);
  for (const [colour, thickness] of [["#fff", line * 1.8], ["#d81f26", line]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: thickness, lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    if (shape.kind === "circle") circle(pen, shape);
    else arrow(pen, shape, line * 5);
    pen.stroke();
  }
}

function circle(pen, { from, to }) {
  pen.ellipse((from.x + to.x) / 2, (from.y + to.y) / 2, Math.abs(to.x - from.x) / 2, Math.abs(to.y - from.y) / 2, 0, 0, 2 * Math.PI);
}

/** From where the finger went down to where it let go: the point is there. */
function arrow(pen, { from, to }, head) {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  pen.moveTo(from.x, from.y);
  pen.lineTo(to.x, to.y);
  for (const turn of [-0.5, 0.5]) {
    pen.moveTo(to.x, to.y);
    pen.lineTo(to.x - head * Math.cos(angle + turn), to.y - head * Math.sin(angle + turn));
  }
}

function length({ from, to }) {
  return Math.hypot(to.x - from.x, to.y - from.y);
}
