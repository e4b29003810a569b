// Google's encoded polyline, as PostGIS writes it: rings and ways, four letters a point.

/** [[lat, lon], …] of an encoded line with so many decimals. */
export function decoded(line, decimals = 5) {
  const factor = 10 ** decimals;
  const points = [];
  let index = 0;
  let lat = 0;
  let lon = 0;
  const next = () => {
    let bits = 0;
    let shift = 0;
    let byte;
    do {
      byte = line.charCodeAt(index++) - 63;
      bits |= (byte & 31) << shift;
      shift += 5;
    } while (byte >= 32);
    return bits & 1 ? ~(bits >> 1) : bits >> 1;
  };
  while (index < line.length) {
    lat += next();
    lon += next();
    points.push([lat / factor, lon / factor]);
  }
  return points;
}
