// The wall's map: an own drawing without a hand to move it. Its shapes are made once, then only their classes change.
import { overlap } from "../../grids/js/overlap.js";
import { decoded } from "../../grids/js/polyline.js";
import { lateStep } from "./shades.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000;
const DOTS = 8;
const SHAPES = { red: "M-9-9h18v18h-18z", yellow: "M0-12 11 9h-22z", green: "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0z" };

export function wallMap(svg, outlines) {
  const fills = group("fills");
  const lines = group("lines");
  const names = group("names");
  const dots = group("dots");
  const marks = Array.from({ length: DOTS }, () => { const mark = make("g", dots); make("path", mark).classList.add("wall-dot__ring"); make("path", mark).classList.add("wall-dot__mark"); return mark; });
  let drawn = "";
  let place = null;
  let paths = new Map();
  let seen = null;

  return {
    async show(now) {
      if (drawn !== `${now.version} ${now.bbox}`) await draw(now).catch(() => {});
      if (!place) return;
      for (const [code, path] of paths) {
        const [open, late] = now.areas[code] ?? [0, 0];
        const step = lateStep(open, late);
        path.setAttribute("class", step ? `wall-area wall-area--${step}` : "wall-area");
      }
      const known = seen ?? new Set(now.dots.map(([, , , number]) => number));
      marks.forEach((mark, index) => {
        const dot = now.dots[index];
        mark.setAttribute("class", dot ? `wall-dot wall-dot--${dot[2] || "over"}${index === 0 || !known.has(dot[3]) ? " wall-dot--new" : ""}` : "wall-dot wall-dot--none");
        if (!dot) return;
        const [x, y] = place(dot);
        mark.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
        mark.firstChild.setAttribute("d", SHAPES.green);
        mark.lastChild.setAttribute("d", SHAPES[dot[2]] ?? SHAPES.green);
      });
      seen = new Set(now.dots.map(([, , , number]) => number));
    },
  };

  async function draw(now) {
    const asked = (finest) => `${outlines}?${new URLSearchParams({ bbox: now.bbox, zoom: now.zoom, finest, v: now.version })}`;
    const [fine, named] = await Promise.all([json(asked(now.finest)), json(asked(now.named))]);
    const [west, south, east, north] = now.bbox.split(",").map(Number);
    const narrow = Math.cos(((north + south) / 2) * (Math.PI / 180));
    const scale = WIDTH / Math.max((east - west) * narrow, north - south);
    place = ([lat, lon]) => [(lon - west) * narrow * scale, (north - lat) * scale];
    const [width, height] = [(east - west) * narrow * scale, (north - south) * scale];
    svg.setAttribute("viewBox", `-20 -20 ${width + 40} ${height + 40}`);
    for (const layer of [fills, lines, names]) layer.replaceChildren();
    const own = new Set(now.names);
    paths = new Map(fine.areas.filter(([code]) => code in now.areas).map((area) => [area[0], outline(area, fine.decimals, fills)]));
    const heads = named.areas.filter(([code]) => own.has(code));
    if (named.level !== fine.level) for (const area of heads) outline(area, named.decimals, lines).setAttribute("class", "wall-line");
    const taken = [];
    for (const [, name, at] of heads.length > 40 ? [] : heads) {
      const label = make("text", names);
      label.textContent = name;
      if (!fits(label, place(at), taken)) label.remove();
    }
    drawn = `${now.version} ${now.bbox}`;
  }

  /** Put a name where it covers no other: at its place, else just below or above. */
  function fits(label, [x, y], taken) {
    label.setAttribute("x", x);
    for (const line of [0, 1.05, -1.05]) {
      label.setAttribute("y", y);
      const { height } = label.getBBox();
      label.setAttribute("y", y + line * height);
      const box = label.getBBox();
      if (taken.some((other) => overlap(box, other))) continue;
      return taken.push(box);
    }
    return false;
  }

  function outline([, , , rings], decimals, layer) {
    const path = make("path", layer);
    path.setAttribute("d", rings.map((ring) => `M${decoded(ring, decimals).map((point) => place(point).map((value) => value.toFixed(1))).join("L")}Z`).join(""));
    path.setAttribute("fill-rule", "evenodd");
    return path;
  }

  function group(name) {
    const made = make("g", svg);
    made.setAttribute("class", `wall-map__${name}`);
    return made;
  }
}

function make(name, parent) {
  return parent.appendChild(document.createElementNS(SVG, name));
}

async function json(url) {
  const answer = await fetch(url);
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  return answer.json();
}
