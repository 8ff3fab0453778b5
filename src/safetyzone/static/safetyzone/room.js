// The command room in the browser. Content comes from the server as fragments; here are selection, deeds, and the connection of the parts.

import "./live.js";
import * as bar from "./room-bar.js";
import * as clock from "./room-clock.js";
import { listen, post, refreshAll, refreshEmpty, room, show, whenDrawn } from "./room-fragments.js";
import * as keys from "./room-keys.js";
import * as ring from "./room-ring.js";
import * as pictures from "./video-incident.js";

const here = room();
const said = document.getElementById("said");
const windows = new BroadcastChannel("safetyzone-room"); // the selection is one, over all windows of this console
const reported = new Set();
let selected = here.dataset.pinned ?? "";

function mark() {
  for (const element of document.querySelectorAll("#queue li[data-incident], #ring li[data-incident], #units [data-select]")) {
    const is = (element.dataset.incident ?? element.dataset.select) === selected && selected !== "";
    element.toggleAttribute("data-selected", is);
    const line = element.matches("button") ? element : element.querySelector(".line");
    if (is) line?.setAttribute("aria-current", "true");
    else line?.removeAttribute("aria-current");
  }
}

function tellSelected() {
  document.dispatchEvent(new CustomEvent("safetyzone:selected", { detail: { incident: selected } }));
}

function select(id, { tell = true, auto = false } = {}) {
  if (here.dataset.pinned) return;
  selected = String(id ?? "");
  if (document.getElementById("incident")) history.replaceState(null, "", selected ? `#${selected}` : location.pathname);
  const panel = document.getElementById("incident");
  if (panel) show(panel, `/room/_incident/${selected}`);
  mark();
  document.dispatchEvent(new CustomEvent("safetyzone:selected", { detail: { incident: selected, auto } })); // auto: nobody chose it, so the map stays where it is
  if (tell) windows.postMessage({ select: selected, auto });
}

/** A yes or a no, said in the corner; an undo runs down beside it. */
function say(answer) {
  if (answer.lost) said.textContent = document.documentElement.lang === "en" ? "Not sent: the connection is lost." : "ส่งไม่ได้: ขาดการเชื่อมต่อ";
  else said.innerHTML = answer.text;
  const done = said.querySelector(".done");
  if (done?.dataset.select) select(done.dataset.select);
  if (done && !done.textContent.trim()) said.replaceChildren();
  const undo = said.querySelector("[data-undo]");
  clearInterval(say.timer);
  let left = Number(undo?.dataset.undo ?? (answer.ok ? 4 : 12));
  say.timer = setInterval(() => {
    left -= 1;
    const count = said.querySelector("[data-countdown]");
    if (count) count.textContent = left;
    if (left <= 0) (clearInterval(say.timer), said.replaceChildren());
  }, 1000);
  const go = answer.headers.get("X-Go");
  if (go) document.dispatchEvent(new CustomEvent("safetyzone:go", { detail: { lon: Number(go.split(",")[0]), lat: Number(go.split(",")[1]) } }));
  const focus = answer.headers.get("X-Focus");
  if (focus === "help") document.getElementById("help").showModal();
  else if (focus) keys.focusOn(focus === "map" ? "zone-map" : focus);
  refreshAll();
}

async function deed(button) {
  if (button.getAttribute("aria-busy") === "true") return; // a double click is one deed
  button.setAttribute("aria-busy", "true");
  const { post: path, newer, why, unit, step, officer } = button.dataset;
  const fields = Object.fromEntries(Object.entries({ newer, why, unit, step, officer }).filter(([, value]) => value !== undefined));
  const answer = await post(path, fields);
  button.removeAttribute("aria-busy");
  if (answer.ok) button.closest("details")?.removeAttribute("open");
  say(answer);
}

async function submit(form) {
  const answer = await post(form.dataset.postForm, Object.fromEntries(new FormData(form)));
  if (answer.ok) {
    form.reset(); // only a yes empties the field: what was refused is still there to be mended
    form.closest("details")?.removeAttribute("open");
  }
  say(answer);
}

document.addEventListener("click", (event) => {
  const of = (attribute) => event.target.closest(`[${attribute}]`);
  if (of("data-post")) deed(of("data-post"));
  else if (of("data-hide")) ring.hideForMe(of("data-hide").dataset.hide);
  else if (of("data-unhide")) ring.unhide();
  else if (event.target.closest("#sound")) ring.soundOn(event.target.closest("#sound"));
  else if (event.target.closest("#open-bar")) bar.open();
  else if (event.target.closest("#open-help")) document.getElementById("help").showModal();
  else if (of("data-select")) select(of("data-select").dataset.select);
});
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.postForm) return;
  event.preventDefault();
  submit(event.target);
});
document.addEventListener("change", (event) => (event.target.dataset.touched = "1"));
windows.addEventListener("message", ({ data }) => "select" in data && select(data.select, { tell: false, auto: data.auto }));
document.addEventListener("safetyzone:select", ({ detail }) => select(detail?.incident ?? detail));
document.getElementById("incident")?.addEventListener("room:gone", () => select(""));

/** The first console that draws a row says so: the end of "press to screen". */
function report() {
  const fresh = [...document.querySelectorAll("#queue li[data-unshown], #wall li[data-unshown]")].map((row) => row.dataset.incident).filter((id) => !reported.has(id));
  if (!fresh.length) return;
  for (const id of fresh) reported.add(id);
  requestAnimationFrame(() => post("/room/shown", { ids: fresh.join(",") }));
}

/** Nothing is selected and a call rings: it is open when the operator looks. Never while he works on another. */
function openTheFirst() {
  if (selected || here.dataset.pinned || !document.getElementById("queue") || !document.getElementById("incident")) return;
  const first = document.querySelector("#ring [data-rings][data-priority]");
  if (first) select(first.dataset.incident, { auto: true });
}

/** After each drawing: `fresh` are the elements in the fragments that may be new or different. */
function drawn(fragments, fresh) {
  for (const element of fresh) clock.tick(element);
  for (const element of fragments) ring.drawn(element);
  ring.everySecond();
  keys.roving();
  refreshEmpty();
  mark();
  report();
  pictures.drawn();
  openTheFirst();
}

clock.setServerTime(here.dataset.now);
whenDrawn(drawn);
keys.begin();
bar.begin(say);
ring.heartbeats();
ring.flashes();
listen();
clock.run(ring.everySecond);
if (!here.dataset.pinned && /^#\d+$/.test(location.hash)) select(location.hash.slice(1), { auto: true });
const all = [...document.querySelectorAll("[data-fragment]")];
drawn(all, all);
if (document.querySelector("zone-map")) import("./zone-map.js").then(tellSelected).catch(() => {}); // the queue works without a map
