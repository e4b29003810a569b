// The queue as a file, in case the browser's data is lost, and back again.
import { sha256 } from "./photo.js";
import { bringIn, listItems, photosOf, user } from "./queue.js";

const KIND = "gridgov-queue";

/** Everything that was not sent yet, with its photos, as a JSON file. */
export async function exportQueue() {
  const items = (await listItems()).filter((item) => item.state !== "sent");
  const photos = [];
  for (const item of items) {
    for (const { bytes, thumb, ...photo } of await photosOf(item.id)) {
      photos.push({ ...photo, bytes: bytes && (await base64(bytes)), thumb: thumb && (await base64(thumb)) });
    }
  }
  const text = JSON.stringify({ kind: KIND, version: 1, user, exported_at: new Date().toISOString(), items, photos });
  return new File([text], `gridgov-${user}-${new Date().toISOString().slice(0, 10)}.json`, { type: "application/json" });
}

/** Take back what `exportQueue` wrote; what is here already stays as it is. Answers how many came in; rejects a file that is not this person's. */
export async function importQueue(file) {
  const told = JSON.parse(await file.text());
  if (told.kind !== KIND || told.user !== user) throw new Error("not ours");
  const photos = [];
  for (const { bytes, thumb, ...photo } of told.photos) {
    const read = { ...photo, bytes: bytes && (await buffer(bytes)), thumb: thumb && (await buffer(thumb)) };
    if (read.bytes && (await sha256(read.bytes)) !== photo.sha256) throw new Error("damaged");
    photos.push(read);
  }
  return bringIn(told.items, photos);
}

function base64(bytes) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes]));
  });
}

async function buffer(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}
