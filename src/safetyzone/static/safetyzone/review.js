// The review queue: by keyboard alone, one item after the other. Nothing is deleted; who looked at what is his own.

import * as times from "./bangkok-time.js";
import { Preview } from "./review-preview.js";

const AGAIN_MS = 20_000;
const SHAPES = { alert: "■", detection: "▲", activity: "◆" };
const VERDICT_KEYS = { 1: "useful", 2: "false", 3: "not_ours" };

const facts = JSON.parse(document.getElementById("review-facts").textContent);
const { words, urls } = facts;
const page = document.getElementById("review");
const $ = (selector, within = page) => within.querySelector(selector);
const list = $("#items");
const station = new URLSearchParams(location.search).get("station");
const withStation = (url, more = {}) => `${url}?${new URLSearchParams({ ...(station ? { station } : {}), ...more })}`;
const preview = new Preview($(".preview .cell"), { url: facts.video_url, words, why: facts.why });
const state = { items: [], severity: "", at: "", chosen: new Set(), day: facts.day, month: facts.day.slice(0, 7), footed: new Set(), done: 0, since: 0, anchor: "" };

async function send(body) {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": document.documentElement.dataset.csrf };
  const answer = await fetch(withStation(urls.mark), { method: "POST", body: JSON.stringify(body), headers });
  if (!answer.ok) throw new Error(answer.status);
}

const get = async (url) => {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
};

// ------------------------------------------------------------ what is shown

const ofTab = () => state.items.filter((item) => item.severity === state.severity);
const visible = () => ofTab().filter((item) => !item.reviewed || item.justNow || $("#with-reviewed").checked);
const left = (severity) => state.items.filter((item) => item.severity === severity && !item.reviewed).length;
const item = (key) => state.items.find((one) => one.key === key);

function draw() {
  const shown = visible();
  list.replaceChildren(...shown.map(row));
  const none = !shown.length;
  $(".list .empty").hidden = !none;
  $(".none").textContent = ofTab().length ? words.all_done : words.nothing;
  counts();
  focusOn(shown.some((one) => one.key === state.at) ? state.at : shown[0]?.key ?? "", false);
  page.dataset.items = shown.length;
}

function row(one) {
  const made = document.getElementById("item").content.firstElementChild.cloneNode(true);
  made.id = one.key;
  $(".shape", made).textContent = SHAPES[one.severity];
  made.dataset.severity = one.severity;
  $("time", made).textContent = times.clock(one.at_ms);
  $(".title", made).textContent = one.title;
  $(".place", made).textContent = one.place;
  $(".lasts", made).textContent = lasts(one);
  fill(made, one);
  return made;
}

function lasts(one) {
  const seconds = Math.round((one.to_ms - one.from_ms) / 1000);
  return seconds < 100 ? `${seconds} ${words.s}` : `${Math.round(seconds / 60)} ${words.min}`;
}

function fill(made, one) {
  made.classList.toggle("is-reviewed", one.reviewed);
  made.setAttribute("aria-selected", state.chosen.has(one.key));
  made.tabIndex = one.key === state.at ? 0 : -1;
  const verdict = one.verdict ? words[one.verdict] : one.reviewed ? words.reviewed : "";
  $(".mark", made).textContent = verdict ? `✓ ${verdict}` : "";
}

function refresh(keys) {
  for (const key of keys) {
    const made = document.getElementById(key);
    if (made) fill(made, item(key));
  }
  counts();
  about(item(state.at));
}

function counts() {
  for (const severity of facts.severities) $(`[data-left="${severity}"]`).textContent = left(severity);
  for (const tab of page.querySelectorAll("[role=tab]")) {
    tab.setAttribute("aria-selected", tab.dataset.severity === state.severity);
    tab.tabIndex = tab.dataset.severity === state.severity ? 0 : -1;
  }
  const many = state.chosen.size;
  $(".chosen-count").hidden = !many;
  $(".chosen-count").textContent = many ? `${words.chosen} ${many}` : "";
  const minutes = (performance.now() - state.since) / 60_000;
  $(".pace").textContent = state.done ? `${words.reviewed} ${state.done} · ${minutes > 0.5 ? Math.round((state.done / minutes) * 60) : "–"} ${words.an_hour}` : "";
}

function about(one) {
  const said = one ? { title: one.title, place: one.place, span: `${times.date(one.from_ms)} ${times.span(one.from_ms, one.to_ms)}`, cameras: one.names.join(" · ") } : {};
  for (const name of ["title", "place", "span", "cameras"]) $(`.about .${name}`).textContent = said[name] ?? "";
  $(".preview .name").textContent = one?.names[0] ?? "";
  $(".preview .when").textContent = one ? times.clock(one.at_ms) : "";
  for (const button of page.querySelectorAll("[data-verdict]")) {
    button.setAttribute("aria-pressed", one?.verdict === button.dataset.verdict);
    button.disabled = !one;
  }
  const asked = one && new URLSearchParams({ cameras: one.cameras.join(","), at: one.opens_ms, ...(one.incident ? { incident: one.incident } : {}), ...(station ? { station } : {}) });
  $(".open").href = one ? `${urls.playback}?${asked}` : urls.playback;
}

function focusOn(key, grab = true) {
  const before = state.at;
  state.at = key;
  for (const one of [before, key]) {
    const made = one && document.getElementById(one);
    if (made) made.tabIndex = one === key ? 0 : -1;
  }
  const made = key && document.getElementById(key);
  if (made && grab) made.focus();
  about(item(key));
  preview.show(item(key) ?? null);
}

// ------------------------------------------------------------ deeds

function tab(severity) {
  Object.assign(state, { severity, at: "", anchor: "" });
  state.chosen.clear();
  for (const one of state.items) one.justNow = false;
  draw();
  document.getElementById(state.at)?.focus();
}

const inHand = () => (state.chosen.size ? [...state.chosen] : state.at ? [state.at] : []);

/** At once on the screen, then at the station; if that fails, it is put back and said. */
async function mark({ reviewed = true, verdict } = {}) {
  const keys = inHand();
  if (!keys.length) return;
  const before = keys.map((key) => ({ ...item(key) }));
  state.since ||= performance.now();
  for (const key of keys) {
    const one = item(key);
    if (reviewed && !one.reviewed) state.done += 1;
    Object.assign(one, { reviewed, justNow: true, verdict: verdict ?? one.verdict, saved: Infinity });
  }
  state.chosen.clear();
  refresh(keys);
  if (reviewed) onward(keys.at(-1));
  try {
    await send({ items: before.map((one) => [one.key, one.to_ms]), reviewed, ...(verdict === undefined ? {} : { verdict }) });
    for (const key of keys) if (item(key)) item(key).saved = performance.now();
    page.dataset.marked = (Number(page.dataset.marked) || 0) + keys.length;
  } catch {
    for (const one of before) Object.assign(item(one.key) ?? {}, { saved: undefined, ...one });
    refresh(keys);
    $(".pace").textContent = words.away;
  }
}

/** The next one that is not reviewed, after this one or else from the beginning. */
function onward(key) {
  const shown = visible();
  const at = shown.findIndex((one) => one.key === key);
  const to = shown.slice(at + 1).find((one) => !one.reviewed) ?? shown.find((one) => !one.reviewed);
  if (to) focusOn(to.key);
  else if (shown[at + 1]) focusOn(shown[at + 1].key);
}

function move(by, extend) {
  const shown = visible();
  const at = shown.findIndex((one) => one.key === state.at);
  const to = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  if (!to) return;
  if (extend) {
    state.anchor ||= state.at;
    const [one, other] = [shown.findIndex((each) => each.key === state.anchor), shown.indexOf(to)].sort((a, b) => a - b);
    const before = [...state.chosen];
    state.chosen = new Set(shown.slice(one, other + 1).map((each) => each.key));
    focusOn(to.key);
    return refresh([...before, ...state.chosen]);
  }
  state.anchor = "";
  focusOn(to.key);
}

function choose(keys) {
  const before = [...state.chosen];
  state.chosen = new Set(keys);
  refresh([...before, ...keys]);
}

async function openPlayback() {
  if (!state.at) return;
  const href = $(".open").href;
  state.chosen.clear();
  sessionStorage.setItem("review at", JSON.stringify({ severity: state.severity, at: state.at }));
  if (!item(state.at).reviewed) await mark();
  location.assign(href);
}

const DEEDS = {
  all: () => choose(visible().map((one) => one.key)),
  reviewed: () => mark({ reviewed: !inHand().every((key) => item(key).reviewed) }),
  help: () => document.getElementById("review-help").showModal(),
  "month-before": () => turnMonth(-1), "month-after": () => turnMonth(1),
};

function onKey(event) {
  if (event.altKey || event.isComposing || document.querySelector("dialog:modal")) return;
  const held = event.ctrlKey || event.metaKey;
  const inList = !event.target.closest("button, a, input") || event.target.closest("[role=tab]");
  const tabs = facts.severities;
  const keys = {
    ArrowDown: () => move(1, event.shiftKey), ArrowUp: () => move(-1, event.shiftKey), PageDown: () => move(10), PageUp: () => move(-10), Home: () => move(-1e6), End: () => move(1e6),
    ArrowRight: () => tab(tabs[(tabs.indexOf(state.severity) + 1) % tabs.length]), ArrowLeft: () => tab(tabs[(tabs.indexOf(state.severity) + tabs.length - 1) % tabs.length]),
    Escape: () => choose([]), ...(inList ? { Enter: openPlayback } : {}), "?": DEEDS.help,
  };
  let deed = held ? (event.code === "KeyA" ? DEEDS.all : null) : keys[event.key];
  const digit = /^(?:Digit|Numpad)([123])$/.exec(event.code)?.[1];
  if (!deed && !held && event.code === "KeyR") deed = DEEDS.reviewed;
  if (!deed && !held && digit && !event.repeat) deed = () => mark({ verdict: VERDICT_KEYS[digit] });
  if (!deed) return;
  event.preventDefault();
  deed();
}

document.addEventListener("keydown", onKey);
for (const button of page.querySelectorAll("[data-deed]")) button.addEventListener("click", () => DEEDS[button.dataset.deed]());
for (const button of page.querySelectorAll("[data-verdict]")) button.addEventListener("click", () => mark({ verdict: button.dataset.verdict }));
for (const one of page.querySelectorAll("[role=tab]")) one.addEventListener("click", () => tab(one.dataset.severity));
for (const close of document.querySelectorAll("[data-close]")) close.addEventListener("click", () => close.closest("dialog").close());
$("#with-reviewed").addEventListener("change", draw);
$(".open").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openPlayback();
});
list.addEventListener("click", (event) => {
  const key = event.target.closest(".item")?.id;
  if (!key) return;
  if (event.ctrlKey || event.metaKey) choose(state.chosen.has(key) ? [...state.chosen].filter((one) => one !== key) : [...state.chosen, key]);
  focusOn(key);
});
list.addEventListener("dblclick", openPlayback);
list.addEventListener("pointerover", (event) => {
  const key = event.pointerType === "mouse" && event.target.closest(".item")?.id;
  if (key) preview.show(item(key));
});
list.addEventListener("pointerleave", () => preview.show(item(state.at) ?? null));

// ------------------------------------------------------------ days

function calendar() {
  const [year, month] = state.month.split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 1, 1));
  const name = times.date(first.getTime()).split(" ").slice(1).join(" ");
  $(".month-name").textContent = name;
  const cells = [...Array((first.getUTCDay() + 6) % 7).fill(null), ...Array.from({ length: new Date(Date.UTC(year, month, 0)).getUTCDate() }, (_, at) => at + 1)];
  const weeks = [];
  while (cells.length) weeks.push(cells.splice(0, 7));
  $(".calendar tbody").replaceChildren(...weeks.map((week) => {
    const line = document.createElement("tr");
    line.append(...week.map(dayCell));
    return line;
  }));
}

function dayCell(number) {
  const cell = document.createElement("td");
  if (!number) return cell;
  const day = `${state.month}-${String(number).padStart(2, "0")}`;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: number, disabled: day > facts.today });
  button.classList.toggle("has-footage", state.footed.has(day));
  button.setAttribute("aria-label", `${number} ${$(".month-name").textContent}${state.footed.has(day) ? ` · ${words.footage}` : ""}`);
  if (day === state.day) button.setAttribute("aria-current", "date");
  button.addEventListener("click", () => openDay(day));
  cell.append(button);
  return cell;
}

function turnMonth(by) {
  const [year, month] = state.month.split("-").map(Number);
  state.month = new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 7);
  calendar();
}

async function openDay(day) {
  Object.assign(state, { day, month: day.slice(0, 7), at: "" });
  state.chosen.clear();
  const asked = new URLSearchParams(location.search);
  asked.set("day", day);
  history.replaceState(null, "", `?${asked}`);
  calendar();
  await load();
}

/** What is new comes to its place; what this person marked while the answer was on its way stays as he marked it. */
async function load() {
  const asked = performance.now();
  const said = await get(withStation(urls.items, { day: state.day }));
  if (!said) return;
  const mine = new Map(state.items.map((one) => [one.key, one]));
  const asMarked = (one) => (one?.saved > asked ? { reviewed: one.reviewed, verdict: one.verdict, saved: one.saved } : {});
  state.items = said.items.map((one) => ({ ...one, ...asMarked(mine.get(one.key)), justNow: Boolean(mine.get(one.key)?.justNow) }));
  state.severity ||= facts.severities.find((severity) => left(severity)) ?? facts.severities[0];
  const held = document.activeElement?.closest?.("#items") !== null && document.activeElement !== document.body;
  draw();
  if (held) document.getElementById(state.at)?.focus();
}

async function begin() {
  const back = JSON.parse(sessionStorage.getItem("review at") ?? "null");
  if (back) Object.assign(state, back);
  sessionStorage.removeItem("review at");
  calendar();
  await load();
  document.getElementById(state.at)?.focus();
  page.dataset.loaded = "";
  state.footed = new Set((await get(withStation(urls.days)))?.days ?? []);
  calendar();
  page.dataset.days = state.footed.size;
  setInterval(() => document.visibilityState === "visible" && state.day === facts.today && !state.chosen.size && load(), AGAIN_MS);
}

begin();
