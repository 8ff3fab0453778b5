// The planner: one question at a time beside the map. Panels come from the server; here are the tabs, what the map shows of an
// answer, and following what changes: a camera that fails changes figure, list and streets within seconds.
import "./live.js";
import { PlannerLayers } from "./planner-map.js";
import { Hand, percent } from "./planner-hand.js";
import "./planner-swipe.js";
import { morph } from "./room-morph.js";
import "./zone-map.js";

const page = document.getElementById("planner");
const answer = document.getElementById("answer");
const said = document.getElementById("said");
const form = document.getElementById("choose");
const map = document.getElementById("zone-map");
const swipe = document.querySelector("map-swipe");
const tabs = [...document.querySelectorAll("[role=tab]")];
const thai = document.documentElement.lang !== "en";
const OF_COVERAGE = new Set(["coverage", "dead"]);
const OF_ADVICE = new Set(["turn", "sites"]);
const AGAIN_MS = 800;
const POLL_MS = 15_000;
const [FIRST_LIGHT, LAST_LIGHT] = [6, 18]; // in Thailand the sun rises and sets near six all the year
const CUT_OFF_MS = 4000;           // without the live channel we ask, so that five seconds hold
const WORDS = {
  lost: thai ? "ขาดการเชื่อมต่อ ลองอีกครั้ง" : "The connection is lost; try again.",
  ordered: thai ? "ออกใบสั่งงานแล้ว" : "ordered",
  allDay: thai ? "ทั้งวัน" : "all day",
  reckoning: thai ? "กำลังคำนวณ…" : "Working it out…",
};

let tab = page.dataset.tab;
let question = 0;
let layers = null;
let hand = null;
let shown = "";                    // the camera whose turn is shown, and what that came to
let result = "";

function query(more = {}) {
  return new URLSearchParams({ station: page.dataset.station, ...Object.fromEntries(new FormData(form)), ...more });
}

async function ask(path, options = {}) {
  try {
    return await fetch(path, { headers: { "HX-Request": "true", "X-CSRFToken": document.documentElement.dataset.csrf }, ...options });
  } catch {
    return null;
  }
}

// Fetch the panel of the chosen question; the same one is changed in place, so that what has the focus keeps it.
async function load({ fresh = false } = {}) {
  const mine = ++question;
  if (fresh) answer.replaceChildren(Object.assign(document.createElement("p"), { className: "empty", textContent: WORDS.reckoning }));
  answer.setAttribute("aria-busy", "true");
  const got = await ask(`/planner/_${tab}?${query()}`);
  if (mine !== question) return;
  answer.setAttribute("aria-busy", "false");
  if (!got) return void (said.textContent = WORDS.lost);
  if (got.status === 401) return location.reload();
  const html = await got.text();
  const old = answer.querySelector(".question");
  if (old && got.ok && !fresh) morph(old, html);
  else answer.innerHTML = html;
  drawn(fresh);
}

function drawn(fresh) {
  for (const link of answer.querySelectorAll("[data-export]")) link.href = `${link.pathname}?${query()}`;
  for (const output of answer.querySelectorAll("output[data-of]")) follow(output);
  layers?.spots(answer);
  if (tab === "hand") hand?.panel(answer, fresh);
  else if (shown) mark();
  page.dataset.loaded = tab;
  ordered();
}

// The shown turn stays shown when the list is drawn anew.
function mark() {
  for (const row of answer.querySelectorAll("[data-camera]:has([data-show])")) {
    row.querySelector("[data-show]").setAttribute("aria-pressed", String(row.dataset.camera === shown));
    row.querySelector("[data-result]").textContent = row.dataset.camera === shown ? result : "";
  }
}

function follow(output) {
  const input = output.closest("form")?.elements[output.dataset.of];
  if (input && !input.disabled) output.textContent = inWords(input.name, Number(input.value));
  if (input) input.setAttribute("aria-valuetext", output.textContent);
}

function inWords(name, value) {
  if (name === "hour") return value < 0 ? WORDS.allDay : `${String(value).padStart(2, "0")}:00 ± 1 ${thai ? "ชม." : "h"}`;
  if (name.startsWith("w_")) return `× ${value}`;
  return value.toLocaleString("en") + (["azimuth", "tilt"].includes(name) ? "°" : "");
}

function choose(name, { focus = false } = {}) {
  tab = name;
  page.dataset.tab = name;
  delete page.dataset.loaded;
  for (const button of tabs) {
    const is = button.dataset.tab === name;
    button.setAttribute("aria-selected", String(is));
    button.tabIndex = is ? 0 : -1;
    if (is) answer?.setAttribute("aria-labelledby", button.id);
    if (is && focus) button.focus();
  }
  hand?.clear();
  shown = "";
  unswiped();
  said.textContent = "";
  keep();
  layers?.spots(document.createElement("p"));
  layers?.showStreets(OF_COVERAGE.has(name));
  return load({ fresh: true });
}

function keep() {
  history.replaceState(null, "", `?${query({ tab })}`);
}

let due = 0;
let wanted = new Set();
function soon(kind) {
  wanted.add(kind);
  due ||= setTimeout(async () => {
    const kinds = wanted;
    [due, wanted] = [0, new Set()];
    if (kinds.has("camera")) {
      layers?.streets(query());
      if (tab === "hand") hand?.again();
      if (OF_COVERAGE.has(tab)) await load();
    }
    if (OF_ADVICE.has(tab)) await load();
  }, AGAIN_MS);
}

document.addEventListener("safetyzone:changed", ({ detail }) => {
  if (detail.station !== page.dataset.station) return;
  for (const [kind] of detail.things) if (kind === "camera" || kind === "advice" || kind === "work") soon(kind);
});
document.addEventListener("safetyzone:reset", () => { soon("camera"); soon("advice"); });
setInterval(() => soon("camera"), POLL_MS);
setInterval(() => { if (document.documentElement.dataset.link !== "live") { soon("camera"); map.cameras?.soon(); } }, CUT_OFF_MS);

// A yes or a no, said above the answer.
async function send(path, fields = {}) {
  const got = await ask(path, { method: "POST", body: new URLSearchParams(fields) });
  said.textContent = "";
  const is = (kind) => got?.headers.get("Content-Type")?.startsWith(kind);
  if (is("text/html")) said.innerHTML = await got.text();
  else if (!got || got.status >= 400) said.textContent = WORDS.lost;
  if (got?.ok) load();
}

// What is ordered already has its order in place of the button.
async function ordered() {
  if (!answer.querySelector("[data-order=turn], [data-order=site]")) return;
  const got = await ask(`/planner/orders.json?${query()}`);
  if (!got?.ok) return;
  const { turns, sites } = await got.json();
  for (const button of answer.querySelectorAll("[data-order=turn], [data-order=site]")) {
    const { camera, lon, lat } = button.closest("[data-key]").dataset;
    const url = button.dataset.order === "turn" ? turns[camera] : sites[`${lon},${lat}`];
    if (url) button.replaceWith(Object.assign(document.createElement("a"), { href: url, textContent: `✓ ${WORDS.ordered}` }));
  }
}

async function show(button) {
  const { camera, azimuth, tilt } = button.closest("[data-camera]").dataset;
  hand.clear();
  unswiped();
  [shown, result] = [shown === camera ? "" : camera, ""];
  mark();
  if (!shown) return;
  const place = map.cameras?.at(camera);
  if (place) layers.fly(place);
  const found = await hand.compare(camera, Number(azimuth), Number(tilt));
  if (!found || shown !== camera) return;
  const light = new FormData(form).get("light") === "night" ? "one_night" : "one_day";
  result = `${percent(found.before[light])} → ${percent(found.after[light])}${found.must_see_kept ? "" : thai ? " · จุดที่ต้องเห็นจะหายไป" : " · what must stay seen would be lost"}`;
  mark();
  if (await layers.then(query({ camera, azimuth, tilt })) && shown === camera) {
    layers.showStreets(true);
    swipe.show(true);
  }
}

// The streets as they are, all over the map.
function unswiped() {
  if (!layers || swipe.hidden) return;
  swipe.show(false);
  layers.then(null);
  layers.showStreets(OF_COVERAGE.has(tab));
}

function order(button) {
  const row = button.closest("[data-key]")?.dataset;
  const advice = answer.querySelector("[data-advice]")?.dataset.advice;
  if (button.dataset.order === "turn") return send(`/planner/order/turn?${query()}`, { advice, camera: row.camera });
  if (button.dataset.order === "site") return send(`/planner/order/site?${query()}`, { advice, number: row.index });
  return send(`/planner/order/turn?${query()}`, { camera: hand.code, azimuth: hand.azimuth, tilt: hand.tilt });
}

answer?.addEventListener("click", ({ target }) => {
  const of = (selector) => target.closest(selector);
  if (of("[data-go]")) { const { lon, lat } = of("[data-spot]").dataset; layers?.fly([Number(lon), Number(lat)]); }
  else if (of("[data-light]")) { const code = of("[data-light]").dataset.light; const place = map.cameras?.at(code); if (place) layers.fly(place); map.cameras?.open(code); }
  else if (of("[data-show]") && hand) show(of("[data-show]"));
  else if (of("[data-deed]")) send(`/planner/advice/${answer.querySelector("[data-advice]").dataset.advice}/${of("[data-deed]").dataset.deed}`);
  else if (of("[data-order]")) order(of("[data-order]"));
});
for (const [event, is] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]])
  answer?.addEventListener(event, ({ target }) => { const row = target.closest("[data-camera]"); if (row) map.cameras?.light(is ? row.dataset.camera : ""); });
answer?.addEventListener("input", ({ target }) => { for (const output of target.form?.querySelectorAll(`output[data-of="${target.name}"]`) ?? []) follow(output); });
answer?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.dataset.ask) send(`/planner/ask?${query()}`, { kind: event.target.dataset.ask, ...Object.fromEntries(new FormData(event.target)) });
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", ({ target }) => { for (const output of form.querySelectorAll(`output[data-of="${target.name}"]`)) follow(output); });
form.addEventListener("change", ({ target }) => {
  const hour = Number(form.elements.hour?.value ?? -1);
  if (target.name === "hour" && hour >= 0) form.elements.light.value = hour >= FIRST_LIGHT && hour < LAST_LIGHT ? "day" : "night";
  const old = shown && answer.querySelector(`[data-camera="${CSS.escape(shown)}"] [data-show]`);
  if (old) show(old); // what is shown was another light's: it is put away
  keep();
  layers?.streets(query());
  hand?.again();
  load();
});
for (const output of form.querySelectorAll("output[data-of]")) follow(output);

for (const button of tabs) button.addEventListener("click", () => choose(button.dataset.tab));
document.querySelector("[role=tablist]")?.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const index = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : (tabs.findIndex((one) => one.dataset.tab === tab) + (step ?? 0) + tabs.length) % tabs.length;
  if (!step && event.key !== "Home" && event.key !== "End") return;
  event.preventDefault();
  choose(tabs[index].dataset.tab, { focus: true });
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  if (tabs[Number(event.key) - 1]) choose(tabs[Number(event.key) - 1].dataset.tab, { focus: true });
});

async function begin() {
  if (!answer) return;
  choose(tab);
  await map.ready;
  if (!map.map) return;            // no WebGL: the tables say it all
  map.setData({ zones: [{ code: page.dataset.zone, border: JSON.parse(document.getElementById("border").textContent) }] });
  layers = new PlannerLayers(map);
  hand = new Hand(map, layers, page, query);
  swipe.over(map.map, layers);
  layers.showStreets(OF_COVERAGE.has(tab));
  layers.streets(query());
  if (page.dataset.loaded) drawn(true);
  map.addEventListener("camera-open", ({ detail }) => { if (tab === "hand") hand.choose(detail.code); });
}
begin();
