// Cameras on the map: dots by state when zoomed out, what they truly see when zoomed in. Only what is abnormal has colour.
//
// All dots come in one answer (/cameras/map.json), in columns and as differences; what the cameras in view see is asked for when
// they come into view, and kept until the live channel says that they changed. A click opens a small card.
import { addCameraSymbols } from "./map-symbols.js";

const SECTORS_FROM = 15.5;         // zoom
const MOST_OUTLINES = 150;         // as the server
const BESIDE_DEG = 0.0008;         // a camera just outside the window looks in
const AGAIN_MS = 1000;
const STATES = { w: "working", u: "unknown", o: "offline", d: "degraded", p: "paused" };
const ABNORMAL = new Set(["offline", "degraded"]);
const WORDS = { th: { close: "ปิด", about: "กล้องที่เลือก" }, en: { close: "Close", about: "The chosen camera" } };
const NOTHING = { type: "FeatureCollection", features: [] };

// Flat differences to a ring of [lon, lat], closed.
export function ring(flat, closed = true) {
  const corners = [];
  for (let n = 0, x = 0, y = 0; n < flat.length; n += 2) corners.push([(x += flat[n]) / 1e6, (y += flat[n + 1]) / 1e6]);
  if (closed && corners.length) corners.push(corners[0]);
  return corners;
}

// [[density, [ring, …]], …] to features, from the weakest class to the best.
export function sectors(code, bands, more = {}) {
  return bands.flatMap(([density, rings], band) =>
    rings.map((flat) => ({ type: "Feature", geometry: { type: "Polygon", coordinates: [ring(flat)] }, properties: { code, density, band, ...more } })));
}

export function decode({ codes, lon, lat, state }) {
  const rows = [];
  let [code, x, y] = ["", 0, 0];
  if (codes) codes.split("\n").forEach((line, n) => {
    code = code.slice(0, line.charCodeAt(0) - 48) + line.slice(1);
    rows.push({ code, lon: (x += lon[n]) / 1e5, lat: (y += lat[n]) / 1e5, state: STATES[state[n]] });
  });
  return rows;
}

export class CameraLayers {
  #outlines = new Map();           // by code: what the server said; null for one that has none
  #rows = new Map();
  #stop = new AbortController();

  constructor(host, map, token) {
    this.host = host;
    this.map = map;
    this.token = token;
    this.words = WORDS[host.language];
    addCameraSymbols(map);
    this.#layers();
    map.on("moveend", () => this.#look());
    const on = (name, act) => document.addEventListener(`safetyzone:${name}`, ({ detail }) => act(detail), { signal: this.#stop.signal });
    on("changed", ({ station, things }) => {
      const codes = things.filter(([kind]) => kind === "camera").map(([, code]) => code);
      if (!codes.length || station !== host.getAttribute("station")) return;
      for (const code of codes) this.#outlines.delete(code);
      this.soon();
    });
    on("reset", () => { this.#outlines.clear(); this.soon(); });
    on("light", ({ camera }) => this.light(camera)); // from a picture in this window
    // The tiles of an incident light their dots (room); a panel of its own does so itself.
    for (const [event, is] of [["pointerover", true], ["pointerout", false]])
      document.addEventListener(event, ({ target }) => { const tile = target.closest?.(".sees [data-camera]"); if (tile) this.light(is ? tile.dataset.camera : ""); }, { signal: this.#stop.signal });
    host.addEventListener("camera-click", ({ detail }) => this.open(detail.id));
    host.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
  }

  remove() {
    this.#stop.abort();
    clearTimeout(this.due);
  }

  #layers() {
    const { map, token } = this;
    map.addSource("cameras", { type: "geojson", data: NOTHING, promoteId: "id" });
    map.addSource("camera-sectors", { type: "geojson", data: NOTHING });
    const below = "poles";
    const colour = ["case", ["get", "bad"], token("--fault"), token("--text")];
    map.addLayer({ id: "camera-sectors", type: "fill", source: "camera-sectors", minzoom: SECTORS_FROM, paint: { "fill-color": colour, "fill-opacity": ["case", ["get", "bad"], 0.05, 0.07], "fill-antialias": false } }, below);
    map.addLayer({ id: "camera-edges", type: "line", source: "camera-sectors", minzoom: SECTORS_FROM, filter: ["==", ["get", "band"], 0], paint: { "line-color": colour, "line-opacity": 0.35, "line-width": 0.8 } }, below);
    const radius = ["interpolate", ["linear"], ["zoom"], 12, 1.8, 16, 4, 18, 5];
    map.addLayer({ id: "cameras", type: "circle", source: "cameras", filter: ["!", ["get", "bad"]], paint: { "circle-radius": radius, "circle-color": ["match", ["get", "state"], "working", token("--normal"), token("--bg")], "circle-stroke-width": 1.2, "circle-stroke-color": ["match", ["get", "state"], "working", token("--bg"), token("--normal")] } }, below);
    map.addLayer({ id: "cameras-abnormal", type: "symbol", source: "cameras", filter: ["get", "bad"], layout: { "icon-image": ["concat", "camera-", ["get", "state"]], "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.6, 16, 1] } }, below);
    map.addLayer({ id: "camera-lit", type: "circle", source: "cameras", filter: ["==", ["get", "id"], ""], paint: { "circle-radius": 11, "circle-color": "rgba(0,0,0,0)", "circle-stroke-width": 3, "circle-stroke-color": token("--selected") } });
  }

  soon() {
    this.due ||= setTimeout(() => { this.due = 0; this.refresh(); }, Math.max(0, (this.fetchedAt ?? 0) + AGAIN_MS - performance.now()));
  }

  async refresh() {
    this.fetchedAt = performance.now();
    try {
      const answer = await fetch(`/cameras/map.json?station=${encodeURIComponent(this.host.getAttribute("station"))}`, { cache: "no-cache", headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const rows = decode(await answer.json());
      this.#rows = new Map(rows.map((row) => [row.code, row]));
      this.map.getSource("cameras").setData({ type: "FeatureCollection", features: rows.map(({ code, lon, lat, state }) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { id: code, state, bad: ABNORMAL.has(state) } })) });
      this.host.dataset.cameras = rows.length;
      if (this.opened) this.open(this.opened);
      await this.#look();
    } catch { /* the link's own sign says that we are cut off */ }
  }

  at(code) {
    const row = this.#rows.get(code);
    return row && [row.lon, row.lat];
  }

  // What a camera sees, as the server said it.
  async outline(code) {
    if (!this.#outlines.has(code)) await this.#ask([code]);
    return this.#outlines.get(code) ?? [];
  }

  async #ask(codes) {
    const query = new URLSearchParams([["station", this.host.getAttribute("station")], ...codes.map((code) => ["code", code])]);
    const answer = await fetch(`/cameras/outlines.json?${query}`, { cache: "no-cache", headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const said = await answer.json();
    for (const code of codes) this.#outlines.set(code, said[code] ?? null);
  }

  async #look() {
    if (this.looking) { this.lookAgain = true; return; }
    this.looking = true;
    try {
      const near = this.map.getZoom() >= SECTORS_FROM ? this.#inView() : [];
      const unknown = near.filter((code) => !this.#outlines.has(code));
      if (unknown.length) await this.#ask(unknown);
      const features = near.flatMap((code) => sectors(code, this.#outlines.get(code) ?? [], { bad: ABNORMAL.has(this.#rows.get(code)?.state) }));
      this.map.getSource("camera-sectors").setData({ type: "FeatureCollection", features });
      this.host.dataset.sectors = near.length;
    } catch { /* asked again when the map is moved */ } finally {
      this.looking = false;
    }
    if (this.lookAgain) { this.lookAgain = false; await this.#look(); }
  }

  // The nearest to the middle first, where there are too many.
  #inView() {
    const bounds = this.map.getBounds();
    const { lng, lat: middle } = this.map.getCenter();
    const [west, east] = [bounds.getWest() - BESIDE_DEG, bounds.getEast() + BESIDE_DEG];
    const [south, north] = [bounds.getSouth() - BESIDE_DEG, bounds.getNorth() + BESIDE_DEG];
    const seen = [...this.#rows.values()].filter(({ lon, lat }) => lon > west && lon < east && lat > south && lat < north);
    if (seen.length > MOST_OUTLINES) seen.sort((a, b) => Math.hypot(a.lon - lng, a.lat - middle) - Math.hypot(b.lon - lng, b.lat - middle));
    return seen.slice(0, MOST_OUTLINES).map(({ code }) => code);
  }

  // Ring one camera's dot; "" rings none.
  light(code) {
    this.map.setFilter("camera-lit", ["==", ["get", "id"], code || this.opened || ""]);
  }

  async open(code) {
    this.opened = code;
    this.light(code);
    const answer = await fetch(`/cameras/card?code=${encodeURIComponent(code)}`, { headers: { "HX-Request": "true" } });
    if (this.opened !== code) return;
    if (answer.status === 404) return this.close();
    if (!this.card) {
      this.card = this.host.appendChild(document.createElement("section"));
      this.card.className = "camera-card";
      this.card.setAttribute("aria-label", this.words.about);
      this.card.setAttribute("aria-live", "polite");
      this.card.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) this.close(); });
    }
    const close = document.createElement("button");
    Object.assign(close, { type: "button", textContent: "✕" });
    close.setAttribute("aria-label", this.words.close);
    close.dataset.close = "";
    this.card.innerHTML = await answer.text();
    this.card.prepend(close);
    this.card.hidden = false;
    this.host.dispatchEvent(new CustomEvent("camera-open", { bubbles: true, detail: { code } }));
  }

  close() {
    this.opened = "";
    this.light("");
    if (this.card) this.card.hidden = true;
  }
}
