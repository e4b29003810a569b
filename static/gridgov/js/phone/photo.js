// A photo on its way from the camera into the queue: what the camera wrote is read first, then it is made smaller.
import { whatTheCameraWrote } from "./exif.js";

export const LONGEST_SIDE = 2048; // pixels
const THUMB_SIDE = 240;
const QUALITY = 0.85;
const THUMB_QUALITY = 0.7;

/** {bytes, type, sha256, width, height, taken_at, position, thumb}; taken_at and position only where a copy lost them. */
export async function read(file) {
  if (!file.size) throw new Error("empty");
  // At once: some phones take the file away when the page goes to sleep.
  const original = await file.arrayBuffer();
  const blob = new Blob([original], { type: file.type });
  const picture = await createImageBitmap(blob, { imageOrientation: "from-image" }).catch(() => null);
  // A kind that this browser can't show, such as HEIC, goes as it is: the server can read it.
  if (!picture) return { ...(await asItIs(original, file.type)), width: null, height: null, thumb: null };
  const { width, height } = picture;
  const thumb = await smaller(picture, THUMB_SIDE, THUMB_QUALITY);
  try {
    if (Math.max(width, height) <= LONGEST_SIDE && file.type === "image/jpeg") {
      return { ...(await asItIs(original, file.type)), width, height, thumb };
    }
    const bytes = await smaller(picture, LONGEST_SIDE, QUALITY);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    return {
      ...(await asItIs(bytes, "image/jpeg")),
      ...whatTheCameraWrote(original),
      width: Math.round(width * scale),
      height: Math.round(height * scale),
      thumb,
    };
  } finally {
    picture.close();
  }
}

/** A photo that is kept as a File again; its `told` is what the file itself has lost. */
export function fileOf({ bytes, type, uuid, name, taken_at, position, is_marked_copy }) {
  const file = new File([bytes], name || `${uuid}.jpg`, { type, lastModified: 0 });
  return Object.assign(file, { told: { taken_at, position, is_marked_copy: Boolean(is_marked_copy) } });
}

/** The hex SHA-256 of some bytes. */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function asItIs(bytes, type) {
  return { bytes, type, sha256: await sha256(bytes), taken_at: null, position: null };
}

/** A JPEG whose longer side has at most so many pixels; far below the 16.7 megapixels at which iOS gives up. */
async function smaller(picture, side, quality) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // behind what is transparent
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  canvas.width = canvas.height = 0; // iOS counts the memory of canvases that are no longer used
  if (!blob) throw new Error("not drawn");
  return blob.arrayBuffer();
}
