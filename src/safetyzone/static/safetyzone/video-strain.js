// Whether this machine is asked to draw more than it can. Then the half minute beside a live picture stands still, so that the live
// pictures of the call do not. It ends when the machine has been in time for a while.

const EVERY_MS = 250;
const LATE_MS = 180; // so late is a timer only where the processor has no time for it
const DROPPED = 0.35; // of the pictures of a second
const CALM_MS = 8000;
let due = performance.now() + EVERY_MS;
let until = 0;

setInterval(() => {
  const now = performance.now();
  if (now - due > LATE_MS && !document.hidden) until = now + CALM_MS; // timers of a hidden window are late by design
  due = now + EVERY_MS;
}, EVERY_MS);

export const strained = () => performance.now() < until;

/** What a tile saw of its pictures since it last told: how many there were, and how many came too late to be drawn. */
export function drawn(pictures, dropped) {
  if (pictures >= 5 && dropped / pictures > DROPPED) until = performance.now() + CALM_MS;
}
