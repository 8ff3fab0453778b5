// The pictures of an incident: the cameras that see it, live, each beside the half minute before the press. They are asked for the moment
// a call rings, so that the panel finds them ready.

import "./video-tile.js";
import { ours } from "./video-channel.js";
import { slews, spot } from "./video-tickets.js";

const FRESH_MS = 20_000; // a ticket lives a minute
const LOOP_S = 30;
const english = document.documentElement.lang === "en";
const asked = new Map(); // incident → {at, tiles: promise}

/** Ask once for an incident's cameras; again when the tickets are old, or when they were used. */
export function picturesOf(incident) {
  const had = asked.get(incident);
  if (had && performance.now() - had.at < FRESH_MS) return had.tiles;
  const tiles = spot(incident);
  asked.set(incident, { at: performance.now(), tiles });
  return tiles;
}

/** Fill an element `data-pictures="41"` with its tiles. */
export async function fill(place) {
  const incident = place.dataset.pictures;
  if (!incident || place.dataset.filled === incident) return;
  place.dataset.filled = incident;
  const tiles = await picturesOf(incident);
  asked.delete(incident); // each ticket opens one look
  if (!place.isConnected || place.dataset.filled !== incident) return;
  if (!tiles) {
    place.dataset.filled = "";
    setTimeout(() => fill(place), 1000);
    return;
  }
  place.replaceChildren(...tiles.map((tile) => pair(tile, incident, Number(place.dataset.pressedMs) || Date.now())));
  place.toggleAttribute("data-none", !tiles.length);
  place.dataset.noneWords = english ? "No working camera sees this spot." : "ไม่มีกล้องที่ทำงานอยู่เห็นจุดนี้";
}

function pair(tile, incident, pressed) {
  const element = document.createElement("video-tile");
  if (!tile.ticket) {
    const why = english ? tile.terms_en : tile.terms_th;
    element.show({ ...tile, refused: true }, { incident });
    element.dataset.state = "refused";
    queueMicrotask(() => element.said({ state: "refused", th: tile.terms_th, en: tile.terms_en }));
    element.title = why;
    return element;
  }
  element.show(tile, { incident });
  if (tile.ticket_loop) {
    element.loop(tile.ticket_loop, pressed - LOOP_S * 1000, Math.max(pressed, Date.now()));
    element.addEventListener("video-first-frame", () => setTimeout(() => element.playLoop(), 700), { once: true }); // the live picture goes first
  }
  return element;
}

/** Cameras that turned to the incident say so; one that turned and was not among its pictures is there now. */
async function turned(place) {
  const incident = place.dataset.pictures;
  if (!incident || turned.asks) return;
  turned.asks = true;
  const found = await slews(incident).finally(() => (turned.asks = false));
  if (!place.isConnected || place.dataset.pictures !== incident || !place.querySelector("video-tile") && !place.hasAttribute("data-none")) return;
  for (const slew of found) {
    let tile = [...place.querySelectorAll("video-tile")].find(({ camera }) => camera === slew.camera);
    if (!tile && slew.live) {
      tile = document.createElement("video-tile");
      tile.show({ camera: slew.camera, name_th: slew.name_th, name_en: slew.name_en }, { incident });
      place.append(tile);
      place.removeAttribute("data-none");
    }
    tile?.turned(slew);
  }
}

/** After each drawing of the room: a call that rings at a calm desk is asked for at once, and places on the screen are filled. */
export function drawn() {
  if (!ours()) return;
  const first = document.querySelector("#ring [data-rings][data-priority]");
  if (first && document.querySelector("#incident:not([data-incident])")) picturesOf(first.dataset.incident);
  for (const place of document.querySelectorAll("[data-pictures]")) fill(place).then(() => turned(place));
}
