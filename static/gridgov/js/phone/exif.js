// What a camera wrote into a JPEG's EXIF: when the picture was taken, and where.
const HEAD = 128 * 1024;
const EXIF = 0x8769;
const GPS = 0x8825;
const TAKEN = [0x9003, 0x9004]; // original, digitized
const OFFSET = [0x9011, 0x9010];

/** WGS-84 {longitude, latitude} of a picture, or null. */
export async function positionOf(file) {
  return whatTheCameraWrote(await file.slice(0, HEAD).arrayBuffer()).position;
}

/** {taken_at: ISO text or null, position: {longitude, latitude} or null} of a picture's bytes. */
export function whatTheCameraWrote(buffer) {
  const bytes = new DataView(buffer);
  try {
    const start = tiffIn(bytes);
    if (start === null) return { taken_at: null, position: null };
    const read = reader(bytes, start);
    return { taken_at: takenAt(read), position: positionAt(read) };
  } catch (error) {
    if (error instanceof RangeError) return { taken_at: null, position: null }; // cut off or broken
    throw error;
  }
}

/** Where the TIFF block of the EXIF segment begins. */
function tiffIn(bytes) {
  if (bytes.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; bytes.getUint8(at) === 0xff && bytes.getUint8(at + 1) !== 0xda; at += 2 + bytes.getUint16(at + 2)) {
    // "Exif" and two zero bytes
    if (bytes.getUint8(at + 1) === 0xe1 && bytes.getUint32(at + 4) === 0x45786966) return at + 10;
  }
  return null;
}

function reader(bytes, start) {
  const little = bytes.getUint16(start) === 0x4949;
  const short = (at) => bytes.getUint16(start + at, little);
  const long = (at) => bytes.getUint32(start + at, little);
  const letter = (at) => String.fromCharCode(bytes.getUint8(start + at));
  // Tag → where its value stands, or where its address does.
  const tags = (at) => new Map(Array.from({ length: short(at) }, (_, row) => [short(at + 2 + 12 * row), at + 10 + 12 * row]));
  const text = (at, length) => Array.from({ length }, (_, place) => letter(long(at) + place)).join("");
  const first = tags(long(4));
  const block = (tag) => (first.has(tag) ? tags(long(first.get(tag))) : new Map());
  return { long, letter, text, block };
}

/** Without an offset the camera is taken to show this phone's own time. */
function takenAt({ text, block }) {
  const exif = block(EXIF);
  const tag = TAKEN.find((one) => exif.has(one));
  const found = tag && /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(text(exif.get(tag), 19));
  if (!found || Number(found[1]) < 1990) return null;
  const offsetTag = OFFSET.find((one) => exif.has(one));
  const offset = offsetTag ? text(exif.get(offsetTag), 6) : "";
  const moment = new Date(`${found[1]}-${found[2]}-${found[3]}T${found[4]}${/^[+-]\d\d:\d\d$/.test(offset) ? offset : ""}`);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

function positionAt({ long, letter, block }) {
  const gps = block(GPS);
  if (![1, 2, 3, 4].every((tag) => gps.has(tag))) return null;
  const angle = (at) => [1, 60, 3600].reduce((sum, share, place) => {
    const part = long(at) + 8 * place;
    return sum + long(part) / long(part + 4) / share;
  }, 0);
  const sign = (tag, negative) => (letter(gps.get(tag)) === negative ? -1 : 1);
  const position = { latitude: sign(1, "S") * angle(gps.get(2)), longitude: sign(3, "W") * angle(gps.get(4)) };
  const { latitude, longitude } = position;
  const there = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude || longitude);
  return there ? position : null;
}
