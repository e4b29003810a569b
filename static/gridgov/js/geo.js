/** Metres between two near places, each with longitude and latitude. */
export function apart(one, other) {
  const degree = 111_320;
  const radians = Math.PI / 180;
  const east = (one.longitude - other.longitude) * Math.cos(((one.latitude + other.latitude) / 2) * radians);
  return Math.hypot(east, one.latitude - other.latitude) * degree;
}
