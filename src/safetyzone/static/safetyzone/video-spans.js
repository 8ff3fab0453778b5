// Spans of time as [from, to] in milliseconds of UTC, half open and in order: what was recorded, and what lies between.

/** Pieces or spans nearer to each other than this are one: a piece's name keeps whole milliseconds. */
const TOGETHER_MS = 1500;

/** Pieces of a recording as spans, those that touch joined. */
export function joined(spans, apart = TOGETHER_MS) {
  const found = [];
  for (const [from, to] of [...spans].sort((one, other) => one[0] - other[0])) {
    const last = found.at(-1);
    if (last && from - last[1] <= apart) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

/** What lies between the spans within a window. */
export function gaps(spans, from, to) {
  const found = [];
  let at = from;
  for (const [begin, end] of spans) {
    if (begin > at && begin < to) found.push([at, begin]);
    at = Math.max(at, end);
  }
  if (at < to) found.push([at, to]);
  return found.filter(([begin, end]) => end > begin && end > from && begin < to);
}

/** The span that a moment lies in, or null. */
export const around = (spans, ms) => spans.find(([from, to]) => from <= ms && ms < to) ?? null;

/** Where something begins again after (or, going back, ended before) a moment that lies in no span; null if never. */
export function next(spans, ms, forward = true) {
  if (forward) return spans.find(([from]) => from > ms)?.[0] ?? null;
  const last = spans.filter(([, to]) => to <= ms).at(-1);
  return last ? last[1] - 1 : null;
}
