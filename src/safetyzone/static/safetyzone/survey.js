// The survey page: works from the phone's own memory, and talks to the station only when there is a signal.

import { Form } from "./survey-form.js";
import { Sender } from "./survey-send.js";
import { all, get, put, remove, replaceAll } from "./survey-store.js";

const MOST_SHOWN = 50;
const KEPT_MS = 14 * 24 * 3600 * 1000;
const EARTH_M = 6371008.8;
const NEAR_M = 40; // as the station looks for the same camera: proposal_queries.NEAR_M

const frame = document.getElementById("survey");
const link = document.querySelector(".survey-link");
const find = (name) => frame.querySelector(`[data-${name}]`);
const words = Object.fromEntries(
  [...frame.querySelector("template[data-words]").content.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent]),
);
const thai = document.documentElement.lang !== "en";
const csrf = () => document.documentElement.dataset.csrf;

let cameras = [];
let fix = null; // {lon, lat, accuracy_m}
let watching = 0;

const sender = new Sender({ url: frame.dataset.send, who: frame.dataset.who, csrf, told: showLink, changed: drawDone });
const form = new Form({ frame, words, where: () => fix, near, choose, save, back: () => show("list") });

// --- Drawing

function showLink(state, waiting) {
  const said = { on: words.online, off: words.offline, waiting: words.offline, "sign-in": words["sign-in"] }[state];
  link.dataset.link = state;
  link.textContent = waiting ? `${said} · ${words.queued.replace("{n}", waiting)}` : said;
}

function show(name) {
  for (const page of frame.querySelectorAll("[data-page]")) page.hidden = page.dataset.page !== name;
  scrollTo(0, 0);
}

function say(text) {
  find("say").textContent = text;
  find("say").hidden = !text;
}

function metres(camera) {
  if (!fix) return null;
  const [lat1, lat2] = [fix.lat, camera.lat].map((deg) => (deg * Math.PI) / 180);
  const [dLat, dLon] = [camera.lat - fix.lat, camera.lon - fix.lon].map((deg) => (deg * Math.PI) / 180);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(h));
}

const far = (m) => (m < 1000 ? `${Math.round(m)} ${words.metres}` : `${(m / 1000).toFixed(1)} ${words.kilometres}`);
const nameOf = (camera) => (thai ? camera.name_th : camera.name_en || camera.name_th);
const day = (iso) => new Date(iso).toLocaleDateString(thai ? "th-TH" : "en-GB", { timeZone: "Asia/Bangkok", dateStyle: "medium" });

function element(tag, text, name = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

function drawList() {
  const sought = document.getElementById("seek").value.trim().toLowerCase();
  const found = cameras
    .filter((one) => [one.code, one.name_th, one.name_en, one.pole_mark].some((text) => text.toLowerCase().includes(sought)))
    .map((camera) => ({ camera, m: metres(camera) }));
  if (fix) found.sort((a, b) => a.m - b.m);
  find("list").replaceChildren(...found.slice(0, MOST_SHOWN).map(({ camera, m }) => row(camera, m)));
  find("empty").hidden = cameras.length > 0;
}

function row(camera, m) {
  const button = element("button", "");
  button.type = "button";
  button.dataset.code = camera.code;
  const about = [camera.code, camera.pole_mark, m === null ? "" : far(m)].filter(Boolean).join(" · ");
  const when = camera.surveyed_at ? `${words.surveyed} ${day(camera.surveyed_at)}` : words.never;
  button.append(element("b", nameOf(camera)), element("span", about), element("span", when, "dim small"));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

/** Cameras of the register so near that one of them may be the one that was found. */
function near() {
  if (!fix) return [];
  const found = cameras.map((camera) => ({ camera, m: metres(camera) })).filter(({ m }) => m <= NEAR_M);
  return found.sort((a, b) => a.m - b.m).slice(0, 3).map(({ camera, m }) => row(camera, m));
}

async function drawDone() {
  const mine = (await all("surveys")).filter((one) => one.by === frame.dataset.who).sort((a, b) => b.made_at.localeCompare(a.made_at));
  find("done").replaceChildren(...mine.map((one) => {
    const item = element("li", "");
    item.dataset.state = one.state;
    const at = new Date(one.made_at).toLocaleTimeString(thai ? "th-TH" : "en-GB", { timeZone: "Asia/Bangkok", timeStyle: "short" });
    const why = one.words ? `: ${thai ? one.words.th : one.words.en}` : "";
    item.append(element("b", one.camera || one.new.name || words["new-camera"]), ` ${day(one.made_at)} ${at} `, element("span", `${words[one.state]}${why}`, "survey-state"));
    return item;
  }));
}

// --- What is kept here

async function save(survey) {
  try {
    await put("surveys", { ...survey, by: frame.dataset.who, state: "waiting" });
  } catch {
    return form.say(words.full); // the form stays as it is
  }
  if (survey.camera) await learn(survey);
  say(words.saved);
  show("list");
  drawList();
  await drawDone();
  sender.flush();
  return null;
}

async function learn(survey) {
  // The next survey of this camera starts from what this one found: that is what the register will say when both have arrived.
  const camera = await get("cameras", survey.camera);
  const measured = Object.fromEntries(Object.entries(survey.measured).filter(([name, value]) => name in camera && value !== null));
  await put("cameras", { ...camera, ...measured, surveyed_at: survey.made_at });
  cameras = await all("cameras");
}

/** The list anew, unless something waits: what this phone has seen must not change under surveys that are on their way. */
async function refresh() {
  await sender.flush();
  if ((await sender.waiting()).length) return;
  let answer;
  try {
    answer = await fetch(frame.dataset.cameras, { headers: { Accept: "application/json" } });
  } catch {
    return showLink("off", 0);
  }
  if (!answer.ok) return showLink(answer.status === 401 ? "sign-in" : "waiting", 0);
  const { cameras: fresh, surveys } = await answer.json();
  if ((await sender.waiting()).length) return;
  await replaceAll("cameras", fresh);
  cameras = fresh;
  for (const one of await all("surveys")) {
    const old = one.state !== "waiting" && Date.now() - Date.parse(one.made_at) > KEPT_MS;
    if (old) await remove("surveys", one.id);
    else if (one.state !== "waiting" && surveys[one.id] && surveys[one.id] !== one.state) await put("surveys", { ...one, state: surveys[one.id] });
  }
  drawList();
  await drawDone();
}

/** The page and its files, so that it opens without a signal from the first visit on. */
async function keepPage() {
  if (!("caches" in window) || !navigator.onLine) return;
  const kept = await caches.open("survey-1");
  const page = await fetch(location.pathname).catch(() => null);
  if (page?.ok && !page.redirected) await kept.put("/survey/", page);
  const files = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => new URL(name).pathname.startsWith("/static/"));
  await Promise.all([...new Set(files)].map((name) => kept.add(name).catch(() => null)));
}

function watch() {
  if (watching || !navigator.geolocation) return;
  watching = navigator.geolocation.watchPosition(
    ({ coords }) => {
      fix = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy };
      form.placed();
      if (!frame.querySelector('[data-page="list"]').hidden) drawList();
    },
    () => say(words["no-place"]),
    { enableHighAccuracy: true, maximumAge: 10000 },
  );
}

// --- Touching

function choose(code) {
  say("");
  watch();
  show("form");
  const camera = cameras.find((one) => one.code === code);
  form.open(camera, nameOf(camera));
}

document.getElementById("seek").addEventListener("input", drawList);
find("near").addEventListener("click", watch);
find("list").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-code]");
  if (!button) return;
  choose(button.dataset.code);
});
find("new-camera").addEventListener("click", () => {
  say("");
  watch();
  show("form");
  form.openNew();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

const likesLight = matchMedia("(prefers-color-scheme: light)");
const theme = () => { document.documentElement.dataset.theme = likesLight.matches ? "light" : "dark"; };
likesLight.addEventListener("change", theme);
theme();

cameras = await all("cameras");
drawList();
await drawDone();
await sender.tell(navigator.onLine ? "on" : "off");
navigator.storage?.persist?.(); // a phone that runs full must not throw unsent work away
await refresh();
if ("serviceWorker" in navigator) {
  await navigator.serviceWorker.register(frame.dataset.worker, { scope: "/survey/" }).catch(() => null);
  await keepPage();
}
frame.dataset.ready = "yes";
