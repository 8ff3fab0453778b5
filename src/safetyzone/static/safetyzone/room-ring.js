// The ring strip (pattern P6): sound, flash, hiding for me only, heartbeats for the calls in my hand, and what a screen reader hears.

import { now } from "./room-clock.js";
import { post, refresh, room } from "./room-fragments.js";

const EVERY_MS = 5000;
const HEARTBEAT_MS = 15000;
const TONES = { 1: [[988, 0, 0.18], [740, 0.22, 0.18], [988, 0.44, 0.18], [740, 0.66, 0.3]], 2: [[587, 0, 0.25], [587, 0.4, 0.25]] };
const LOUDEST = 0.35;
const FLASH_MS = { 1: 500, 2: 800 }; // half a period, by priority
const FROM = { first: 0, next: 10000, duty: 20000 }; // row C8: when this seat begins to ring, after the call was heard
const hidden = new Set();
const announced = new Set();
const grace = new Set();
let audio = null;
let lastTone = 0;

const strip = () => document.getElementById("ring");

export async function soundOn(button) {
  audio ??= new AudioContext();
  await audio.resume();
  button.setAttribute("aria-pressed", "true");
  tone(2);
}

function tone(priority) {
  if (!audio || audio.state !== "running") return;
  for (const [hertz, after, long] of TONES[priority]) {
    const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
    const from = audio.currentTime + after;
    oscillator.frequency.value = hertz;
    oscillator.type = priority === 1 ? "square" : "sine";
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(LOUDEST, from + 0.02);
    gain.gain.setValueAtTime(LOUDEST, from + long - 0.03);
    gain.gain.linearRampToValueAtTime(0, from + long);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(from);
    oscillator.stop(from + long);
  }
  document.documentElement.dataset.toned = String(priority); // so that tests, and the deaf, can see that it rang
  document.dispatchEvent(new CustomEvent("room:tone", { detail: { priority } }));
}

/** The cards that ring at this seat now: mine at once, the next desk's after 10 s, the duty officer's after 20 s. */
export function ringing() {
  const from = FROM[room()?.dataset.seat] ?? 0;
  return [...(strip()?.querySelectorAll("[data-rings]") ?? [])].filter((card) => now() - Date.parse(card.dataset.ringsAt) >= from);
}

export function everySecond() {
  const ring = strip();
  if (!ring) return;
  const cards = ringing();
  const those = new Set(cards);
  for (const card of ring.querySelectorAll("[data-rings]")) card.classList.toggle("ringing", those.has(card));
  ring.classList.toggle("is-ringing", cards.length > 0);
  if (!cards.length) lastTone = 0;
  else if (!room().hasAttribute("data-quiet") && now() - lastTone >= EVERY_MS - 50) {
    lastTone = now();
    tone(cards.some((card) => card.dataset.rings === "1") ? 1 : 2); // never both: the graver one
  }
  for (const card of ring.querySelectorAll("[data-again-at]"))
    if (now() > Date.parse(card.dataset.againAt) && !grace.has(card.dataset.key + card.dataset.againAt)) {
      grace.add(card.dataset.key + card.dataset.againAt);
      refresh(ring);
    }
}

/** Cards that ring flash by turns of the strip's data-lit: two styles a second instead of an animation's sixty. */
export function flashes() {
  const lit = new Set();
  for (const [priority, half] of Object.entries(FLASH_MS))
    setInterval(() => {
      const ring = strip();
      const on = ring?.classList.contains("is-ringing") && !lit.has(priority);
      lit[on ? "add" : "delete"](priority);
      const now = [...lit].join(" ");
      if (ring && (ring.dataset.lit ?? "") !== now) ring.dataset.lit = now;
    }, half);
}

/** After each drawing: keep what I have hidden hidden, and tell the screen reader of what is new. */
export function drawn(element) {
  if (element.id === "ring") hide();
  if (element.id === "queue" && !room().hasAttribute("data-quiet")) announce(element);
}

function hide() {
  const ring = strip();
  const cards = [...ring.querySelectorAll("[data-incident]")];
  const here = new Set(cards.map((card) => card.dataset.incident));
  for (const id of hidden) if (!here.has(id)) hidden.delete(id);
  for (const card of cards) card.toggleAttribute("data-hidden", hidden.has(card.dataset.incident));
  const again = ring.querySelector("[data-unhide]");
  if (!again) return;
  again.hidden = !hidden.size;
  again.querySelector("[data-hidden-count]").textContent = hidden.size || "";
}

export function hideForMe(id) {
  if (id) hidden.add(id);
  else for (const card of strip()?.querySelectorAll("[data-incident]") ?? []) hidden.add(card.dataset.incident);
  hide();
}

export function unhide() {
  hidden.clear();
  hide();
}

function announce(queue) {
  const first = announced.size === 0;
  const fresh = [...queue.querySelectorAll("li[data-incident]")].filter((row) => !announced.has(row.dataset.incident));
  for (const row of fresh) announced.add(row.dataset.incident);
  announced.add("-");
  if (first) return;
  for (const row of fresh.slice(0, 3)) {
    const words = row.querySelector(".what")?.textContent.replace(/\s+/g, " ").trim() ?? "";
    document.getElementById(row.dataset.priority === "1" ? "assertive" : "polite").textContent = words;
  }
}

/** My screens are alive: every 15 s for the calls in my hand; three missed and others may take them. */
export function heartbeats() {
  setInterval(() => {
    const mine = [...document.querySelectorAll("#queue [data-mine]")].map((row) => row.dataset.incident);
    if (mine.length) post("/room/still-here", { ids: mine.join(",") });
  }, HEARTBEAT_MS);
}
