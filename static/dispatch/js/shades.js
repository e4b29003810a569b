// How an area is coloured: five steps by the share of its open cases that is overdue, or by how many are open.
const LATE_STEPS = [0, 0.05, 0.15, 0.3];

/** 1 to 5; 0 for an area without an open case. */
export function lateStep(open, late) {
  if (!open) return 0;
  const share = late / open;
  const step = LATE_STEPS.findIndex((most) => share <= most);
  return step < 0 ? 5 : step + 1;
}

/** The most that each of the five steps stands for, so that the largest number falls into the fifth. */
export function openSteps(numbers) {
  const most = Math.max(5, ...numbers);
  const scale = 10 ** Math.floor(Math.log10(most / 5));
  const each = Math.ceil(most / 5 / scale) * scale;
  return [1, 2, 3, 4, 5].map((step) => step * each);
}

export function openStep(open, steps) {
  return open ? steps.findIndex((most) => open <= most) + 1 || 5 : 0;
}
