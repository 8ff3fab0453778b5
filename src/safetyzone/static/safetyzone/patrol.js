// The patrol's phone page. The server draws it; this keeps it fresh, sends buttons even without signal, and rings.

import { Place } from "./patrol-place.js";
import { Queue } from "./patrol-queue.js";
import { awake, ring, ringOnce, wake } from "./patrol-sound.js";

const POLL_MS = 3000;
const POLL_WITH_LIVE_MS = 30000;

const frame = document.getElementById("patrol");
const link = document.querySelector(".patrol-link");
const csrf = () => document.documentElement.dataset.csrf;
const page = () => frame.querySelector(".patrol-page");

const queue = new Queue({
  csrf,
  told: (state, waiting) => showLink(state, waiting),
  refused: (no) => say(document.documentElement.lang === "en" ? no.en : no.th),
  done: () => refresh(true),
});
const place = new Place({ csrf, callSign: () => page().dataset.callSign, sent: () => refresh() });

let aheadMs = 0; // the server's clock less this phone's, so that countdowns are right on a phone whose clock is wrong
let undo = null;
let live = false;
let polling = 0;

// --- Drawing

function showLink(state, waiting) {
  const words = { on: link.dataset.on, off: link.dataset.off, waiting: link.dataset.off, "sign-in": link.dataset.signIn }[state];
  link.dataset.link = state === "sign-in" ? "waiting" : state;
  link.textContent = waiting ? `${words} · ${link.dataset.queued.replace("{n}", waiting)}` : words;
}

function say(words) {
  const place = page().querySelector("[data-say]");
  place.textContent = words;
  place.hidden = !words;
}

function drawn() {
  const { job, state, duty, now } = page().dataset;
  aheadMs = Date.parse(now) - Date.now();
  place.draw(page(), duty);
  drawSound();
  ring(Boolean(job) && state === "offered");
  for (const a of page().querySelectorAll("[data-navigate]")) {
    // iPhones know no geo: links
    if (/iPhone|iPad/.test(navigator.userAgent)) a.href = `https://maps.apple.com/?daddr=${a.dataset.lat},${a.dataset.lon}`;
  }
  tick();
}

function drawSound() {
  const button = page().querySelector("[data-sound]");
  if (!button) return;
  button.hidden = false;
  button.classList.toggle("on", awake());
  if (awake()) button.textContent = `♪ ${button.dataset.on}`;
}

function tick() {
  for (const time of page().querySelectorAll("[data-until]")) {
    const seconds = Math.round((Date.parse(time.dataset.until) - Date.now() - aheadMs) / 1000);
    const [minutes, rest] = [Math.floor(Math.abs(seconds) / 60), Math.abs(seconds) % 60];
    time.textContent = `${seconds < 0 ? "+" : ""}${minutes}:${String(rest).padStart(2, "0")}`;
    time.classList.toggle("over", seconds < 0);
    const words = time.parentElement.querySelector("[data-over]");
    if (seconds < 0 && words) words.textContent = words.dataset.over;
    time.closest(".clock")?.classList.toggle("over", seconds < 0);
  }
}

/** Without signal the page goes on by itself: the next step's button appears, as it will when the server has heard. */
function stepAhead(form) {
  const then = form.dataset.then;
  if (!then) return;
  page().dataset.state = then;
  ring(false);
  const steps = [...page().querySelectorAll(".step")];
  for (const step of steps) step.hidden = step.dataset.state !== then;
  const decline = page().querySelector(".decline");
  if (decline) decline.hidden = true;
}

// --- Fetching

async function refresh(now = false) {
  clearTimeout(polling);
  polling = setTimeout(refresh, live ? POLL_WITH_LIVE_MS : POLL_MS);
  if (queue.length || undo || document.hidden) return;
  let answer;
  try {
    answer = await fetch(frame.dataset.part, { headers: { "HX-Request": "true" } });
  } catch {
    showLink("off", queue.length);
    return;
  }
  if (!answer.ok || answer.redirected) {
    showLink(answer.status === 401 || answer.redirected ? "sign-in" : "waiting", queue.length);
    return;
  }
  showLink("on", 0);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".patrol-page");
  if (!fresh || queue.length || undo) return;
  const same = ["job", "state", "duty"].every((field) => fresh.dataset[field] === page().dataset[field]);
  if (same && !now && page().querySelector("details[open], input:focus")) return; // never under a hand that is writing
  const said = page().querySelector("[data-say]");
  if (same && !said.hidden) fresh.querySelector("[data-say]").replaceWith(said);
  page().replaceWith(fresh);
  drawn();
  if (!same) keepPage();
}

/** The page to open without signal is the one with the present job. */
async function keepPage() {
  if (!("caches" in window)) return;
  try {
    const answer = await fetch(location.pathname);
    if (answer.ok && !answer.redirected) await (await caches.open("patrol-1")).put("/patrol/", answer);
  } catch {
    // no signal just now: the older page stays
  }
}

function listen(address) {
  const source = new EventSource(address);
  source.addEventListener("open", () => { live = true; });
  source.addEventListener("error", () => { live = false; });
  source.addEventListener("change", (event) => {
    const { things } = JSON.parse(event.data);
    if (things.some(([kind]) => ["unit", "dispatch", "incident"].includes(kind))) refresh();
  });
}

// --- Touching

function press(form) {
  const body = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  say("");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = false; }, 1500);
  stepAhead(form);
  queue.add(form.getAttribute("action"), body);
}

/** A call for help waits a few seconds, counting aloud in its button, and a second touch takes it back. */
function pressWithUndo(form) {
  const button = form.querySelector("button");
  if (undo) {
    clearInterval(undo.timer);
    button.innerHTML = undo.before;
    form.classList.remove("counting");
    undo = null;
    return;
  }
  let left = Number(form.dataset.undo);
  const show = () => { button.textContent = `${form.dataset.undoWords} ${left} · ${form.dataset.cancel}`; };
  undo = { before: button.innerHTML };
  form.classList.add("counting");
  show();
  undo.timer = setInterval(() => {
    left -= 1;
    if (left > 0) return show();
    clearInterval(undo.timer);
    button.innerHTML = undo.before;
    form.classList.remove("counting");
    undo = null;
    press(form);
    say(form.dataset.sent);
  }, 1000);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-button]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.undo) pressWithUndo(form);
  else press(form);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-place] button")) {
    place.toggle();
    place.draw(page(), page().dataset.duty);
  }
  if (event.target.closest("[data-sound]")) {
    wake();
    ringOnce();
    setTimeout(drawSound, 100);
  }
  if (event.target.closest("[data-theme-switch]")) {
    localStorage.setItem("patrol.theme", document.documentElement.dataset.theme === "light" ? "dark" : "light");
    theme();
  }
});
document.addEventListener("pointerdown", wake, { once: true });
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

const likesLight = matchMedia("(prefers-color-scheme: light)");
function theme() {
  document.documentElement.dataset.theme = localStorage.getItem("patrol.theme") ?? (likesLight.matches ? "light" : "dark");
}
likesLight.addEventListener("change", theme);

theme();
document.querySelector("[data-theme-switch]").hidden = false;
showLink(navigator.onLine ? "on" : "off", queue.length);
drawn();
// A page kept from before, opened without signal: go on from what was pressed since.
for (const { url } of queue.items) {
  const form = [...page().querySelectorAll("form[data-button]")].find((one) => one.getAttribute("action") === url);
  if (form) stepAhead(form);
}
setInterval(tick, 1000);
if (queue.length) queue.flush();
refresh();
if (frame.dataset.live) listen(frame.dataset.live);
navigator.serviceWorker?.register(frame.dataset.worker, { scope: "/patrol/" });
