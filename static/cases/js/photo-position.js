// The position that a camera wrote into a JPEG's EXIF.
const HEAD = 128 * 1024;
const GPS = 0x8825;

/** WGS-84 {longitude, latitude} of a picture, or null. */
export async function positionOf(file) {
  const bytes = new DataView(await file.slice(0, HEAD).arrayBuffer());
  try {
    const start = tiffIn(bytes);
    return start === null ? null : positionAt(bytes, start);
  } catch (error) {
    if (error instanceof RangeError) return null; // cut off or broken
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

function positionAt(bytes, start) {
  const little = bytes.getUint16(start) === 0x4949;
  const short = (at) => bytes.getUint16(start + at, little);
  const long = (at) => bytes.getUint32(start + at, little);
  // Tag → where its value stands, or where its address does.
  const tags = (at) => new Map(Array.from({ length: short(at) }, (_, row) => [short(at + 2 + 12 * row), at + 10 + 12 * row]));
  const angle = (at) => [1, 60, 3600].reduce((sum, share, place) => {
    const part = long(at) + 8 * place;
    return sum + long(part) / long(part + 4) / share;
  }, 0);

  const first = tags(long(4));
  if (!first.has(GPS)) return null;
  const gps = tags(long(first.get(GPS)));
  if (![1, 2, 3, 4].every((tag) => gps.has(tag))) return null;
  const sign = (tag, negative) => (String.fromCharCode(bytes.getUint8(start + gps.get(tag))) === negative ? -1 : 1);
  const position = { latitude: sign(1, "S") * angle(gps.get(2)), longitude: sign(3, "W") * angle(gps.get(4)) };
  return Number.isFinite(position.latitude + position.longitude) && (position.latitude || position.longitude) ? position : null;
}
