// Fragments of the screen: fetched when the live channel says that something of their kind changed, 100 ms after the first
// word of it, never twice at once, and not drawn again when the ETag is the same.

import { morph } from "./room-morph.js";
import { heardServerTime } from "./room-clock.js";

const COALESCE_MS = 100;
const RETRY_MS = 1000; // a fragment that could not be fetched is asked for again, not left stale until the next change
const POLL_MS = 15000; // under the live channel: nothing stays wrong for longer, whatever was missed
const state = new WeakMap();
const after = new Set();

/** Call back after any fragment was drawn. */
export const whenDrawn = (callback) => after.add(callback);

export const room = () => document.getElementById("room");

export function address(path) {
  const station = room()?.dataset.station;
  return station ? `${path}${path.includes("?") ? "&" : "?"}station=${encodeURIComponent(station)}` : path;
}

function of(element) {
  if (!state.has(element)) state.set(element, { timer: 0, busy: false, again: false, etag: "", path: "" });
  return state.get(element);
}

/** Ask for this fragment soon. Many calls within 100 ms are one request; a call during a request is one more after it. */
export function refresh(element, delay = COALESCE_MS) {
  const its = of(element);
  if (its.busy) its.again = true;
  else if (!its.timer) its.timer = setTimeout(() => draw(element), delay);
}

export function refreshAll(kinds) {
  for (const element of document.querySelectorAll("[data-fragment]"))
    if (!kinds || (element.dataset.kinds || "").split(" ").some((kind) => kinds.has(kind))) refresh(element);
}

async function draw(element) {
  const its = of(element);
  clearTimeout(its.timer);
  Object.assign(its, { timer: 0, busy: true, again: false });
  const path = element.dataset.fragment;
  let failed = false;
  try {
    const headers = { "HX-Request": "true" };
    if (its.etag && its.path === path) headers["If-None-Match"] = its.etag;
    const answer = await fetch(address(path), { headers, cache: "no-store" });
    heardServerTime(answer);
    if (answer.status === 401) location.reload();
    const html = await answer.text();
    // Asked only now, with nothing awaited after it: another path may have been chosen while the text was on its way.
    if (answer.ok && element.dataset.fragment === path) {
      Object.assign(its, { etag: answer.headers.get("ETag") || "", path });
      morph(element, html);
      for (const callback of after) callback(element);
    } else if (answer.status === 404 && element.id === "incident") element.dispatchEvent(new CustomEvent("room:gone"));
    failed = answer.status >= 500;
  } catch {
    failed = true; // the line is down; the link sign says so
  } finally {
    its.busy = false;
    if (element.dataset.fragment !== path) refresh(element, 0);
    else if (failed) refresh(element, RETRY_MS);
    else if (its.again) refresh(element); // a busy night is one request after another, never a race of them
  }
}

/** Show another path in this fragment's place, at once. */
export function show(element, path) {
  element.dataset.fragment = path;
  refresh(element, 0);
}

/** Send a deed. The answer, a yes or a no, is said in the corner and never covers the work. */
export async function post(path, fields = {}) {
  const body = new URLSearchParams(fields);
  const headers = { "HX-Request": "true", "X-CSRFToken": document.documentElement.dataset.csrf };
  try {
    const answer = await fetch(address(path), { method: "POST", body, headers });
    heardServerTime(answer);
    const text = answer.status === 204 ? "" : await answer.text();
    return { ok: answer.ok, text, headers: answer.headers };
  } catch {
    return { ok: false, text: "", headers: new Headers(), lost: true };
  }
}

export function listen() {
  const changed = (event) => {
    const things = event.detail?.things;
    refreshAll(things ? new Set(things.map(([kind]) => kind)) : null);
  };
  document.addEventListener("safetyzone:changed", changed);
  document.addEventListener("safetyzone:reset", () => refreshAll(null));
  setInterval(() => refreshAll(null), POLL_MS);
}
