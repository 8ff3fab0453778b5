// The playback page: some cameras at one instant of the past. One clock, a player a camera, one timeline, everything by keyboard.

import * as times from "./bangkok-time.js";
import { PlayClock } from "./video-clock.js";
import { Recording, RecordedPlayer } from "./video-recorded.js";
import { around, gaps, joined, next } from "./video-spans.js";
import { ticket } from "./video-tickets.js";
import "./video-timeline.js";

const TICK_MS = 40;
const HALF_MS = 30 * 60_000;
const EDGE_MS = 2 * 60_000;
const MOST_DRIFT_MS = 100;
const FRAME_MS = 67;
const SAID_FOR_MS = 6000;

export const facts = JSON.parse(document.getElementById("playback-facts").textContent);
export const words = facts.words;
export const page = document.getElementById("playback");
export const $ = (selector, within = page) => within.querySelector(selector);
export const line = $("video-timeline");
line.words = words;

const known = new Map(facts.cameras.map((camera) => [camera.code, camera]));
export const clock = new PlayClock(facts.at_ms);
export const cells = new Map();
export const state = { main: "", from: 0, to: 0, marks: [], footage: new Map(), activity: new Map(), selection: [null, null], scrubbing: false, live: false };

export const bothLanguages = (said) => (document.documentElement.lang.startsWith("en") ? said.en : said.th);
export const serverNow = () => facts.now_ms + (performance.now() - facts.loadedAt);
facts.loadedAt = performance.now();

// ------------------------------------------------------------ what the servers are asked

export async function ask(url, options = {}) {
  const answer = await fetch(url, { headers: { Accept: "application/json", "X-CSRFToken": document.documentElement.dataset.csrf }, ...options });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.code ?? answer.status), { said });
  return said;
}

export const post = (url, body) => ask(url, { method: "POST", body: JSON.stringify(body), headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": document.documentElement.dataset.csrf } });

/**
 * Every look has its ticket. Of an incident's cameras whose owners keep their recordings to themselves, only the incident's own
 * half minute and what followed is given: asked for whole and refused, that is what is asked for next.
 */
async function leave(camera, from, to) {
  const asked = { incident: facts.incident, mode: "recorded", why: reason(), from_ms: Math.round(from), to_ms: Math.round(to) };
  let tile = await ticket(camera, asked);
  for (const begin of facts.incident && !tile.ticket && !tile.lost ? [facts.began_ms - facts.loop_ms, facts.began_ms] : []) {
    const within = { ...asked, from_ms: Math.max(asked.from_ms, begin), to_ms: Math.min(asked.to_ms, Math.round(serverNow()) + 9 * 60_000) };
    if (within.to_ms > within.from_ms) tile = await ticket(camera, within);
    if (tile.ticket) return tile;
  }
  return tile;
}

const why = page.querySelector("input[name=why]");
if (why) why.value = sessionStorage.getItem("why recorded") ?? why.value;
why?.addEventListener("change", () => {
  sessionStorage.setItem("why recorded", why.value);
  open(clock.now());
});
const reason = () => why?.value.trim() || facts.why;

// ------------------------------------------------------------ cells

function cell(code) {
  const made = document.getElementById("cell").content.firstElementChild.cloneNode(true);
  const camera = known.get(code) ?? { code, name: code };
  made.dataset.camera = code;
  $(".name", made).textContent = camera.name;
  $(".code", made).textContent = code;
  $(".make-main", made).setAttribute("aria-label", `${words.make_main}: ${camera.name}`);
  $(".make-main", made).addEventListener("click", () => (code === state.main ? toggle() : makeMain(code)));
  $(".remove", made).setAttribute("aria-label", `${words.remove}: ${camera.name}`);
  $(".remove", made).addEventListener("click", () => remove(code));
  const recording = new Recording(code, { url: facts.video_url, ask: (from, to) => leave(code, from, to) });
  const player = new RecordedPlayer($("video", made), recording);
  cells.set(code, { code, camera, root: made, recording, player });
  $(".cells").append(made);
  return cells.get(code);
}

export async function add(code) {
  if (cells.has(code) || cells.size >= facts.most) return;
  const made = cell(code);
  if (!state.main) state.main = code;
  arrange();
  await made.recording.open(state.from, state.to).catch(() => {});
  await learn();
}

export function remove(code) {
  const gone = cells.get(code);
  gone.player.close();
  gone.root.remove();
  cells.delete(code);
  if (state.main === code) state.main = cells.keys().next().value ?? "";
  arrange();
}

export function makeMain(code) {
  state.main = code;
  arrange();
  nearby();
}

/** Main above, the others below in the order in which somebody on foot would pass them. */
function arrange() {
  const others = [...cells.values()].filter((one) => one.code !== state.main);
  others.sort((one, other) => (one.near?.seconds ?? one.near?.metres ?? 1e9) - (other.near?.seconds ?? other.near?.metres ?? 1e9));
  $(".cells").style.setProperty("--others", Math.max(3, others.length));
  for (const one of cells.values()) {
    const isMain = one.code === state.main;
    one.root.classList.toggle("is-main", isMain);
    one.root.style.order = isMain ? 0 : others.indexOf(one) + 1;
    $(".number", one.root).textContent = isMain ? "" : others.indexOf(one) + 1;
    $(".arrives", one.root).textContent = isMain || !one.near ? "" : arrival(one.near);
  }
  page.classList.toggle("is-empty", !cells.size);
  page.classList.toggle("is-alone", cells.size === 1);
  $(".empty").hidden = cells.size > 0;
  state.order = [state.main, ...others.map((one) => one.code)].filter(Boolean);
  rows();
  address();
}

function arrival(near) {
  const metres = `${Math.round(near.metres)} ${words.metres}`;
  if (near.seconds === null) return metres;
  const seconds = Math.round(near.seconds);
  return `${words.arrives} +${seconds < 100 ? `${seconds} ${words.seconds}` : `${Math.round(seconds / 60)} ${words.minutes}`} · ${metres}`;
}

export async function nearby() {
  if (!state.main) return;
  const [main, others] = [state.main, [...cells.keys()].filter((code) => code !== state.main)];
  if (!others.length) return;
  const said = await ask(`${facts.urls.near}?main=${encodeURIComponent(main)}&cameras=${others.map(encodeURIComponent).join(",")}`).catch(() => ({ near: [] }));
  if (main !== state.main) return;
  for (const one of cells.values()) one.near = said.near.find((near) => near.camera === one.code);
  arrange();
}

/** The address names what is shown, so that it can be sent to a colleague and found again. */
function address() {
  const asked = new URLSearchParams(location.search);
  asked.set("cameras", state.order.join(","));
  asked.set("at", Math.round(clock.now()));
  history.replaceState(null, "", `${location.pathname}?${asked}`);
  for (const link of document.querySelectorAll("[data-here]")) link.href = `${link.dataset.here}?${new URLSearchParams([...state.order.map((code) => ["camera", code]), ["at", Math.round(clock.now())], ...["station", "screen"].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)])])}`;
}

// ------------------------------------------------------------ what is known of the time around

async function open(ms) {
  [state.from, state.to] = [Math.floor(ms - HALF_MS), Math.ceil(ms + HALF_MS)];
  page.dataset.opening = "";
  await Promise.all([...cells.values()].map((one) => one.recording.open(state.from, state.to).catch(() => (one.recording.refused = { th: words.away, en: words.away }))));
  delete page.dataset.opening;
  rows();
  page.dataset.opened = (Number(page.dataset.opened) || 0) + 1;
}

/** Marks and what was recorded for all that the timeline shows; the pictures themselves come with their tickets. */
export async function learn() {
  const [from, to] = line.range;
  const [begin, end] = [Math.floor(from - (to - from) / 2), Math.ceil(to + (to - from) / 2)];
  const codes = [...cells.keys()];
  if (!codes.length) return rows();
  const said = await ask(`${facts.urls.around}?cameras=${codes.map(encodeURIComponent).join(",")}&from_ms=${begin}&to_ms=${end}`).catch(() => null);
  if (!said) return;
  state.known = [begin, Math.min(end, serverNow())];
  state.marks = said.marks;
  state.footage = new Map(Object.entries(said.footage));
  state.activity = new Map(Object.entries(said.activity));
  rows();
}

let learning;
line.addEventListener("range", () => {
  clearTimeout(learning);
  learning = setTimeout(learn, 250);
});

/** What is known of a camera: its index of pieces, and what its ticket has told since. */
function spansOf(one) {
  const told = one.recording.spans;
  return joined([...(state.footage.get(one.code) ?? []), ...told]);
}

export function rows() {
  const all = (state.order ?? []).map((code) => cells.get(code)).filter(Boolean);
  line.show({
    rows: all.map((one) => ({ code: one.code, name: one.camera.name, main: one.code === state.main, spans: spansOf(one), activity: state.activity.get(one.code) ?? [], known: state.known })),
    marks: state.marks,
    selection: state.selection,
    ends: serverNow(),
  });
  list();
}

function list() {
  const told = state.marks.map((mark) => ({ ms: mark.ms, text: mark.label, kind: mark.kind, camera: mark.camera, url: mark.url }));
  const main = cells.get(state.main);
  if (main && state.known) for (const [from, to] of gaps(spansOf(main), ...state.known)) if (from > state.known[0] && to < state.known[1]) told.push({ ms: to, text: `${words.not_recorded} ${times.span(from, to)}`, kind: "gap", from });
  told.sort((one, other) => (one.from ?? one.ms) - (other.from ?? other.ms));
  const shown = told.map((one) => {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "happened" });
    button.dataset.kind = one.kind;
    button.append(Object.assign(document.createElement("time"), { textContent: times.clock(one.from ?? one.ms) }), " ", Object.assign(document.createElement("span"), { textContent: one.text }));
    button.addEventListener("click", () => seek(one.ms));
    item.append(button);
    return item;
  });
  const none = Object.assign(document.createElement("li"), { className: "dim", textContent: words.nothing_here });
  $(".happenings").replaceChildren(...(shown.length ? shown : [none]));
}

// ------------------------------------------------------------ the common time

export function seek(ms, scrubbing = false) {
  clock.wait(false);
  clock.seek(Math.min(ms, serverNow() - 1000));
  state.scrubbing = scrubbing;
  state.settle = performance.now();
  if (!scrubbing) {
    if (ms < state.from + EDGE_MS || ms > state.to - EDGE_MS) open(clock.now());
    address();
  }
  line.move(clock.now());
}

export function toggle() {
  clock.pause();
  state.settle = performance.now();
  address();
}

export function step(forward) {
  if (clock.rate !== 0) clock.run(0);
  const main = cells.get(state.main);
  const now = clock.now();
  seek(main?.player.frame(now, forward) ?? now + (forward ? FRAME_MS : -FRAME_MS));
}

/** Over a time that nobody recorded we jump, and say so. */
function jumpGaps(ms) {
  if (clock.rate === 0 || clock.waits || page.dataset.opening !== undefined) return;
  const spans = joined([...cells.values()].flatMap(spansOf));
  if (!spans.length || around(spans, ms)) return;
  const to = next(spans, ms, clock.rate > 0);
  if (to === null || to > serverNow()) {
    const end = spans.at(-1)?.[1] ?? ms;
    clock.run(0);
    return say(`${words.no_more} ${times.clock(Math.min(ms, end))}`);
  }
  say(`${words.jumped} ${times.clock(Math.min(ms, to))}–${times.clock(Math.max(ms, to))}`, true);
  seek(to);
}

function tick() {
  const now = clock.now();
  if (now >= serverNow() - 1500 && clock.rate > 0) clock.run(0);
  const rate = state.scrubbing ? 0 : clock.rate;
  for (const one of cells.values()) {
    if (state.live) continue;
    one.player.tick(now, clock.waits ? 0 : rate);
    shown(one, now);
  }
  const main = cells.get(state.main);
  clock.wait(clock.rate > 0 && main?.player.state === "waiting" && !state.scrubbing);
  if (clock.rate !== 0 && !state.live) {
    jumpGaps(now);
    if (now < state.from + EDGE_MS / 4 || now > state.to - EDGE_MS / 4) {
      if (page.dataset.opening === undefined) open(now);
    }
    line.move(now);
  }
  head(now);
}

function shown(one, now) {
  const root = one.root;
  const state_ = one.player.state;
  if (root.dataset.state !== state_) root.dataset.state = state_;
  const over = $(".over", root);
  const said = state_ === "refused" ? bothLanguages(one.recording.refused ?? words) : state_ === "gap" ? gapWords(one, now) : state_ === "lost" ? words.lost : "";
  if (over.textContent !== said) over.textContent = said;
  const who = $(".who", root);
  if (who.textContent !== one.recording.viewer) who.textContent = one.recording.viewer;
}

function gapWords(one, now) {
  const [before, after] = [next(spansOf(one), now, false), next(spansOf(one), now)];
  if (before === null && after === null) return words.not_recorded;
  if (before === null || after === null) return `${words.not_recorded} ${before === null ? words.before : words.after} ${times.clock(before ?? after)}`;
  return `${words.not_recorded} ${times.span(before, after)}`;
}

function head(now) {
  text(".now-time", times.clock(now, clock.rate === 0 ? 4 : 3));
  text(".now-date", times.date(now));
  text(".rate", clock.rate === 0 ? "❚❚" : clock.waits ? "…" : `${clock.rate < 0 ? "◀" : "▶"} ${Math.abs(clock.rate)}×`);
  $(".toggle").setAttribute("aria-pressed", clock.rate !== 0);
  const ready = [...cells.values()].filter((one) => one.player.state === "ready");
  const drift = Math.max(0, ...ready.map((one) => Math.abs(one.player.drift_ms)));
  const settled = performance.now() - (state.settle ?? 0) > 1500;
  text(".drift", ready.length > 1 && clock.rate > 0 ? `± ${Math.round(drift)} ms` : "");
  $(".drift").classList.toggle("is-apart", settled && drift > MOST_DRIFT_MS * Math.max(1, clock.rate));
  Object.assign(page.dataset, { rate: clock.rate, ready: ready.length, at: Math.round(now), drift: Math.round(drift) });
}

export function text(selector, said) {
  const found = $(selector);
  if (found.textContent !== said) found.textContent = said;
}

let quiet;
export function say(said, loud = false) {
  const note = $(".note");
  note.textContent = said;
  note.classList.toggle("is-loud", loud);
  note.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => (note.hidden = true), SAID_FOR_MS);
}

// ------------------------------------------------------------ begin

export async function begin() {
  const ends = Math.min(facts.at_ms + 6 * 60_000, serverNow() + 60_000);
  [state.from, state.to] = [facts.at_ms - HALF_MS, facts.at_ms + HALF_MS];
  line.show({ at: facts.at_ms, range: [ends - 12 * 60_000, ends] });
  for (const code of facts.chosen) cell(code);
  state.main = facts.chosen[0] ?? "";
  arrange();
  setInterval(tick, TICK_MS);
  await Promise.all([open(facts.at_ms), nearby(), learn()]);
  page.dataset.loaded = "";
}

