// A new job is heard and felt. Browsers want one touch before the first sound; any touch on the page will do.

const RING_EVERY_MS = 5000;

let context = null;
let ringing = 0;

export function wake() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
}

export function awake() {
  return context?.state === "running";
}

/** Two rising tones and two pulses. */
export function ringOnce() {
  navigator.vibrate?.([400, 150, 400]);
  if (!awake()) return;
  for (const [start, pitch] of [[0, 660], [0.22, 880], [0.44, 660], [0.66, 880]]) {
    const tone = context.createOscillator();
    const level = context.createGain();
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0.0001, context.currentTime + start);
    level.gain.exponentialRampToValueAtTime(0.5, context.currentTime + start + 0.02);
    level.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + start + 0.2);
    tone.connect(level).connect(context.destination);
    tone.start(context.currentTime + start);
    tone.stop(context.currentTime + start + 0.22);
  }
}

/** Ring every five seconds until told to stop. */
export function ring(on) {
  if (on && !ringing) {
    ringOnce();
    ringing = setInterval(ringOnce, RING_EVERY_MS);
  } else if (!on && ringing) {
    clearInterval(ringing);
    ringing = 0;
  }
}
