// Fragments of the screen: asked for when the live channel says that something of their kind changed. The first word after
// quiet is followed at once; what comes within 100 ms of it, or while an answer is on its way, is one request more, for all
// fragments together. An unchanged fragment is not sent again, nor an unchanged row of a list.

import { fill, morph } from "./room-morph.js";
import { heardServerTime } from "./room-clock.js";

const AT_ONCE_MS = 10; // several words of one change, and several fragments, come together
const COALESCE_MS = 100;
const RETRY_MS = 1000; // a fragment that could not be fetched is asked for again, not left stale until the next change
const POLL_MS = 15000; // under the live channel: nothing stays wrong for longer, whatever was missed
const OF_A_FRAGMENT = "/room/_";
const state = new WeakMap();
const after = new Set();
const wanted = new Set();
let heard = new Set(); // the notes for whose sake we ask; null when also, or only, for another reason
let timer = 0;
let busy = false;
let askedAt = -Infinity;
let questions = 0;

/** Call back with the fragments that were drawn, and with the elements in them that may be new or different. */
export const whenDrawn = (callback) => after.add(callback);

export const room = () => document.getElementById("room");

export function address(path) {
  const station = room()?.dataset.station;
  return station ? `${path}${path.includes("?") ? "&" : "?"}station=${encodeURIComponent(station)}` : path;
}

function of(element) {
  if (!state.has(element)) state.set(element, { etag: "", path: "", question: 0 });
  return state.get(element);
}

/** Ask for this fragment soon; because of a note of the live channel, or (without) for what is true at this moment. */
export function refresh(element, note = "") {
  wanted.add(element);
  if (note) heard?.add(note);
  else heard = null;
  schedule();
}

function schedule(delay = performance.now() - askedAt > COALESCE_MS ? AT_ONCE_MS : COALESCE_MS) {
  if (busy || timer || !wanted.size) return; // a busy night is one request after another, never a race of them
  timer = setTimeout(askForWanted, delay);
}

async function askForWanted() {
  timer = 0;
  busy = true;
  askedAt = performance.now();
  const elements = [...wanted].filter((element) => element.isConnected);
  const notes = heard;
  wanted.clear();
  heard = new Set();
  // What may take longer is asked by itself: nothing urgent waits for it.
  for (const element of elements.filter((one) => one.hasAttribute("data-apart"))) askApart(element);
  const failed = await ask(elements.filter((one) => !one.hasAttribute("data-apart")), notes);
  busy = false;
  if (failed.length) heard = null;
  for (const element of failed) wanted.add(element);
  schedule(failed.length ? RETRY_MS : undefined);
}

async function askApart(element) {
  const its = of(element);
  if (its.asking) return void (its.again = true);
  its.asking = true;
  const failed = await ask([element]);
  its.asking = false;
  if (failed.length) setTimeout(refresh, RETRY_MS, element);
  else if (its.again) refresh(element);
  its.again = false;
}

/** Ask for the fragments that came empty within another. */
export function refreshEmpty() {
  for (const element of document.querySelectorAll("[data-fragment]:empty")) if (!of(element).asking && !wanted.has(element)) refresh(element);
}

export function refreshAll() {
  for (const element of document.querySelectorAll("[data-fragment]")) refresh(element);
}

/** Whether what changed may show in this fragment: data-kinds lists kinds, or a kind and the one thing of it that matters. */
function concerns(element, things) {
  if (of(element).path !== element.dataset.fragment) return true; // another is on its way: what it will say of itself we do not know
  const kinds = (element.dataset.kinds || "").split(" ");
  return things.some(([kind, key]) => kinds.includes(kind) || kinds.includes(`${kind}:${key}`));
}

/** One request for these fragments; returns those that must be asked for again because the line or the server failed. */
async function ask(elements, notes = null) {
  if (!elements.length) return [];
  const question = ++questions;
  const asked = elements.map((element) => ({ element, path: element.dataset.fragment, its: of(element) }));
  const query = new URLSearchParams();
  for (const { path, its } of asked) query.append("want", `${path.slice(OF_A_FRAGMENT.length)}:${its.path === path ? its.etag : ""}`);
  if (notes?.size) query.append("heard", [...notes].join());
  try {
    const answer = await fetch(address(`${OF_A_FRAGMENT}parts?${query}`), { headers: { "HX-Request": "true" }, cache: "no-store" });
    heardServerTime(answer);
    if (answer.status === 401) location.reload();
    if (!answer.ok) return answer.status >= 500 ? elements : [];
    draw(asked, await answer.json(), question);
    return [];
  } catch {
    return elements; // the line is down; the link sign says so
  }
}

function draw(asked, parts, question) {
  const drawn = [];
  const fresh = [];
  for (const { element, path, its } of asked) {
    const part = parts[path.slice(OF_A_FRAGMENT.length)];
    // Another path may have been chosen, or a later question answered, while this answer was on its way.
    if (!part || element.dataset.fragment !== path || question < its.question) continue;
    its.question = question;
    if (part.status === 404 && element.id === "incident") element.dispatchEvent(new CustomEvent("room:gone"));
    if (part.status !== 200) continue;
    Object.assign(its, { etag: part.etag, path });
    morph(element, part.html);
    const changed = part.pieces ? fill(element.querySelector("[data-pieces]"), part.pieces) : [element];
    if (!changed) {
      its.etag = ""; // we have not all that the server thinks we have: the whole list, please
      refresh(element);
    }
    drawn.push(element);
    fresh.push(...(changed ?? [element]));
  }
  if (drawn.length) for (const callback of after) callback(drawn, fresh);
}

/** Show another path in this fragment's place, at once and not behind what is on its way. */
export async function show(element, path) {
  element.dataset.fragment = path;
  wanted.delete(element);
  for (const failed of await ask([element])) setTimeout(refresh, RETRY_MS, failed);
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
  const changed = ({ detail }) => {
    for (const element of document.querySelectorAll("[data-fragment]")) if (!detail?.things || concerns(element, detail.things)) refresh(element, detail?.id);
  };
  document.addEventListener("safetyzone:changed", changed);
  document.addEventListener("safetyzone:reset", () => refreshAll());
  setInterval(refreshAll, POLL_MS);
}
