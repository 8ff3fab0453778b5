// The video wall: tiles in a grid as a saved view lays them out, and a row that follows the newest call by itself. Nothing that an operator
// has put on the wall is moved or covered by a call: the row above opens and the grid below becomes lower.

import "./live.js";
import "./video-tile.js";
import { ours } from "./video-channel.js";
import { fill } from "./video-incident.js";
import * as clock from "./room-clock.js";
import { address, listen, room, whenDrawn } from "./room-fragments.js";
import { Views } from "./video-views.js";

const BUDGET_BPS = 8_000_000;
const QUIET_FROM = 16; // so many tiles and more are quiet until something moves
const HIDE_MS = 4000;
const OVER = new Set(["closed", "duplicate", "false_press", "test"]); // response.incidents.lifecycle: nobody is on his way any more
const english = document.documentElement.lang === "en";
const $ = (selector) => document.querySelector(selector);
const cameras = JSON.parse($("#wall-cameras").textContent);
const byCode = new Map(cameras.map((one) => [one.camera, one]));
const grid = $(".wall-tiles");
const follow = $(".follow");
const controls = $(".wall-controls");
const places = Object.fromEntries([...document.querySelectorAll("button[data-layout]")].map(({ dataset }) => [dataset.layout, Number(dataset.places)]));
const { screen, me, station } = room().dataset;
const views = new Views(JSON.parse($("#wall-saved").textContent), { screen: Number(screen), me, station });
const state = { layout: "4", tiles: [], carousel: 0, at: 0 };
let hiding = 0;
let turning = 0;
let closed = new Set(); // incidents whose row somebody has closed

/** An operator has changed something: kept in this browser until it is saved as a view. */
function changed() {
  views.keep(state);
  draw();
}

/** Put the grid right, touching only the tiles whose camera changes. */
function draw() {
  grid.dataset.layout = state.layout;
  const count = places[state.layout];
  const many = state.carousel && state.tiles.length > count ? state.tiles.length : 0;
  for (let n = 0; n < count; n++) {
    const code = many ? state.tiles[(state.at + n) % many] : state.tiles[n];
    let place = grid.children[n];
    if (!place) {
      place = grid.appendChild(document.createElement("div"));
      place.className = "place";
      place.dataset.place = n;
    }
    place.title = english ? `Tile ${n + 1}` : `ช่อง ${n + 1}`;
    const had = place.firstElementChild;
    const [mode, small] = count >= QUIET_FROM ? ["quiet", true] : ["live", false];
    if ((had?.camera ?? "") === (code ?? "") && (!had || (had.mode === mode && had.small === small))) continue;
    had?.remove();
    if (!code) continue;
    const tile = document.createElement("video-tile");
    tile.show({ ...(byCode.get(code) ?? { camera: code, name_th: code, name_en: code }) }, { mode, small });
    tile.draggable = true;
    place.append(tile);
  }
  while (grid.children.length > count) grid.lastElementChild.remove();
  for (const button of document.querySelectorAll("[data-layout]")) if (button.tagName === "BUTTON") button.setAttribute("aria-pressed", String(button.dataset.layout === state.layout));
  const open = views.open;
  $("[data-shown-view]").textContent = [open ? views.title(open) : english ? "No saved view" : "ยังไม่มีมุมมองที่เก็บไว้", views.draft() ? (english ? "changed, not saved" : "แก้แล้ว ยังไม่เก็บ") : ""].filter(Boolean).join(" · ");
}

function put(code, at = -1) {
  const free = at >= 0 ? at : [...Array(places[state.layout]).keys()].find((n) => !state.tiles[n]) ?? places[state.layout] - 1;
  const had = state.tiles.indexOf(code);
  if (had >= 0) state.tiles[had] = state.tiles[free] ?? null; // dragged from tile to tile: they change places
  state.tiles[free] = code;
  changed();
}

function list() {
  const sought = $("[data-find]").value.trim().toLowerCase().split(/\s+/);
  const found = cameras.filter((one) => sought.every((word) => `${one.camera} ${one.name_th} ${one.name_en} ${one.owner}`.toLowerCase().includes(word)));
  $("[data-list]").replaceChildren(
    ...found.slice(0, 200).map((one) => {
      const row = document.createElement("li");
      const button = row.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", draggable: true, textContent: `${english ? one.name_en : one.name_th} · ${one.camera}` });
      button.dataset.camera = one.camera;
      return row;
    }),
  );
}

/** Show the newest call that rings or is being dealt with; its row closes by itself when the call is over. */
function followNewest() {
  const ids = [...document.querySelectorAll("#ring [data-incident][data-priority]")].map((card) => Number(card.dataset.incident)).filter((id) => !closed.has(id));
  const newest = Math.max(...ids, 0);
  if (!newest) return;
  if (follow.dataset.incident === String(newest)) return;
  follow.dataset.incident = newest;
  const card = $(`#ring [data-incident="${newest}"]`);
  const place = follow.querySelector(".pictures");
  place.replaceChildren();
  delete place.dataset.filled;
  place.dataset.pictures = newest;
  $("[data-follow-name]").textContent = `${english ? "Incident" : "เหตุ"} ${newest} · ${card?.querySelector(".words b")?.textContent ?? ""}`;
  follow.hidden = false;
  document.body.classList.add("following");
  fill(place);
}

/** The call is over: its row closes by itself. */
async function followed({ detail }) {
  const id = follow.dataset.incident;
  if (!id || !detail.things.some(([kind, key]) => kind === "incident" && key === id)) return;
  const answer = await fetch(address(`/room/_incident/${id}`), { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
  const status = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("incident")?.dataset.status : answer?.status === 404 ? "closed" : "";
  if (OVER.has(status) && follow.dataset.incident === id) unfollow();
}

function unfollow() {
  if (follow.dataset.incident) closed.add(Number(follow.dataset.incident));
  follow.hidden = true;
  delete follow.dataset.incident;
  document.body.classList.remove("following");
  follow.querySelector(".pictures").replaceChildren();
  followNewest();
}

function carousel(seconds) {
  clearInterval(turning);
  state.carousel = seconds >= 5 ? Math.round(Math.min(seconds, 600)) : 0;
  state.at = 0;
  if (state.carousel) turning = setInterval(() => { state.at += places[state.layout]; draw(); }, state.carousel * 1000);
  $("[data-carousel]").value = state.carousel;
}

/** Lay out a view, or a draft. */
function show({ layout, tiles, cameras: codes, carousel: turns, carousel_s: saved }) {
  Object.assign(state, { layout: layout in places ? layout : "4", tiles: [...(tiles ?? codes)] });
  carousel(turns ?? saved ?? 0);
}

/** What a view is asked of the server; its "no" is said beside the button. */
async function ask(deed) {
  const no = $("[data-view-refusal]");
  no.hidden = true;
  try {
    await deed;
  } catch ({ said }) {
    [no.textContent, no.hidden] = [english ? said.en : said.th, false];
  }
  views.list($("[data-views]"), Boolean($("[data-view-shared]")));
  draw();
}

function recall(view) {
  if (!view) return;
  ask(views.choose(view));
  $("[data-view-number]").value = view.number;
  $("[data-view-name]").value = view.name;
  if ($("[data-view-shared]")) $("[data-view-shared]").checked = view.shared;
  show(view);
  draw();
}

const save = () => ask(views.save($("[data-view-number]").value, { name: $("[data-view-name]").value, shared: $("[data-view-shared]")?.checked ?? false }, state));

function awake() {
  controls.hidden = false;
  document.body.classList.remove("still");
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    if (controls.matches(":hover") || controls.contains(document.activeElement)) return awake();
    controls.hidden = true;
    document.body.classList.add("still");
  }, HIDE_MS);
}

document.addEventListener("mousemove", awake);
document.addEventListener("keydown", (event) => {
  awake();
  const tile = event.target.closest?.(".place video-tile");
  if (event.key === "Escape" && !follow.hidden) unfollow();
  else if (event.key === "Delete" && tile) ((state.tiles[Number(tile.parentElement.dataset.place)] = null), changed());
  else if ((event.key.toLowerCase() === "v" || event.key === "อ") && !event.target.matches("input")) ($("[data-view-number]").focus(), $("[data-view-number]").select(), event.preventDefault());
  else if (event.key === "Enter" && event.target.matches("[data-view-number]")) recall(views.numbered(event.target.value));
});
document.addEventListener("click", ({ target }) => {
  const layout = target.closest("button[data-layout]");
  if (layout) ((state.layout = layout.dataset.layout), changed());
  else if (target.closest("[data-list] [data-camera]")) put(target.closest("[data-camera]").dataset.camera);
  else if (target.closest("[data-save]")) save();
  else if (target.closest("[data-recall]")) recall(views.numbered($("[data-view-number]").value));
  else if (target.closest("[data-view]")) recall(views.views.find(({ id }) => id === Number(target.closest("[data-view]").dataset.view)));
  else if (target.closest("[data-remove-view]")) ask(views.remove({ id: Number(target.closest("[data-remove-view]").dataset.removeView) }));
  else if (target.closest("[data-unfollow]")) unfollow();
});
document.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/plain", event.target.closest("[data-camera]")?.dataset.camera ?? ""));
grid.addEventListener("dragover", (event) => event.preventDefault());
grid.addEventListener("drop", (event) => {
  event.preventDefault();
  const [code, place] = [event.dataTransfer.getData("text/plain"), event.target.closest(".place")];
  if (byCode.has(code) && place) put(code, Number(place.dataset.place));
});
$("[data-find]").addEventListener("input", list);
$("[data-carousel]").addEventListener("change", ({ target }) => (carousel(Number(target.value)), changed()));

/** The screen's view, with what was changed since; cameras that the address names come first, for once, and are not kept. */
function begin() {
  const laid = views.draft() ?? views.open ?? (screen === "1" ? views.left(window.name || "wall") : null);
  if (laid) show(laid);
  if (views.open) [$("[data-view-number]").value, $("[data-view-name]").value] = [views.open.number, views.open.name];
  else $("[data-view-number]").value = screen;
  const asked = new URLSearchParams(location.search);
  const given = JSON.parse($("#wall-given").textContent).filter((code) => byCode.has(code));
  const back = asked.has("at") && given.every((code) => state.tiles.includes(code)); // from playback: the wall as it was left
  if (given.length && !back) show({ layout: Object.keys(places).find((name) => places[name] >= given.length && name !== "1+5") ?? "64", tiles: given });
  ask(views.migrate());
}

ours()?.budget(BUDGET_BPS);
clock.setServerTime(room().dataset.now);
whenDrawn((_fragments, fresh) => {
  for (const element of fresh) clock.tick(element);
  followNewest();
});
document.addEventListener("safetyzone:changed", followed);
listen();
clock.run(() => {});
for (const element of document.querySelectorAll("[data-fragment]")) clock.tick(element);
list();
begin();
followNewest();
awake();
