// <zone-map station="lumphini"></zone-map>: the zone, its poles, units and incidents on a grey city.
//
// It fetches /room/map.json itself, at a change on the live channel and every 15 s; attribute `manual` leaves that to
// setData({zones, poles, units, incidents}). select(id) rings one incident. Events, bubbling: incident-click, unit-click,
// pole-click (detail {id}); on document it says safetyzone:select and hears safetyzone:selected, :changed, :reset, :go.
// With attribute `cameras` it shows them too (map-cameras.js: event camera-click) and docks those in an area (map-dock.js).
// `data-idle` on the element is set while nothing is being drawn: tests wait for it.
import * as maplibregl from "maplibre-gl";
import { Protocol } from "pmtiles";

import { addSymbols, FAULTS } from "./map-symbols.js";
import { cityStyle, FONT, operationalLayers } from "./map-style.js";
import { ViewKeeper } from "./map-view.js";

const REFRESH_MS = 15_000;
const STORM_MS = 1000; // the row is what is urgent: the map follows a change at once after quiet, else once a second
const KINDS = new Set(["incident", "unit", "pole", "dispatch"]);
const TECHNICAL = new Set(["sos_technical", "device_fault"]);
const WORDS = {
  th: { zoomIn: "ขยาย", zoomOut: "ย่อ", star: "★ ให้แผนที่จัดเอง", map: "แผนที่เขตปลอดภัย ลูกศรเพื่อเลื่อน + และ - เพื่อย่อขยาย", none: "เครื่องนี้แสดงแผนที่ไม่ได้ (ไม่มี WebGL) ใช้รายการแทน" },
  en: { zoomIn: "Zoom in", zoomOut: "Zoom out", star: "★ Let the map arrange itself", map: "Map of the safety zone; arrows move, + and - zoom", none: "This machine cannot draw the map (no WebGL); use the lists" },
};

let protocol = null;
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const point = (lon, lat) => ({ type: "Point", coordinates: [lon, lat] });

// Rows of map.json to features with ids.
const FEATURES = {
  zones: (zone) => ({ type: "Feature", geometry: zone.border, properties: { id: zone.code } }),
  poles: ([id, lon, lat, state]) => ({ type: "Feature", geometry: point(lon, lat), properties: { id, state, abnormal: FAULTS.includes(state) } }),
  units: ([id, lon, lat, state, word, stale, incident]) => {
    const icon = stale ? "stale" : incident ? "job" : state === "off" ? "off" : "free";
    return { type: "Feature", geometry: point(lon, lat), properties: { id, icon, stale, label: `${id} ${word}${incident ? ` → ${incident}` : ""}` } };
  },
  incidents: ([id, lon, lat, priority, kind]) => ({ type: "Feature", geometry: point(lon, lat), properties: { id, priority, icon: `${TECHNICAL.has(kind) ? "technical" : "incident"}-${priority}` } }),
};

class ZoneMap extends HTMLElement {
  #held = { zones: new Map(), poles: new Map(), units: new Map(), incidents: new Map() };
  #selected = -1;
  #stop = new AbortController();

  connectedCallback() {
    if (this.ready) return;
    this.language = document.documentElement.lang === "en" ? "en" : "th";
    this.words = WORDS[this.language];
    this.ready = this.#begin().catch((error) => this.#cannot(error));
  }

  disconnectedCallback() {
    this.#stop.abort();
    this.map?.remove();
    clearInterval(this.timer);
    clearTimeout(this.due);
    this.cameras?.remove();
  }

  async #begin() {
    this.#sheet("../vendor/maplibre-gl/maplibre-gl.css");
    this.#sheet("./zone-map.css");
    const [about] = await Promise.all([
      fetch("/map/base.json").then((answer) => answer.json()),
      document.fonts.load(`16px "${FONT}"`, "กA"),
      document.fonts.load(`600 16px "${FONT}"`, "1"),
    ]);
    if (!protocol) maplibregl.addProtocol("pmtiles", (protocol = new Protocol()).tile);
    const box = this.appendChild(document.createElement("div"));
    box.className = "canvas";
    const tiles = new URL(about.tiles, location.href).href;
    const [west, south, east, north] = about.bounds;
    this.map = new maplibregl.Map({
      container: box,
      style: cityStyle({ tiles, credit: about.credit, theme: document.documentElement.dataset.theme, language: this.language }),
      bounds: [west, south, east, north],
      minZoom: 11, maxZoom: 19, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      localFontFamily: FONT,
      attributionControl: { compact: false },
      locale: { "Map.Title": this.words.map },
    });
    const loaded = new Promise((resolve) => this.map.once("load", resolve));
    this.map.touchZoomRotate.disableRotation();
    this.map.on("idle", () => this.toggleAttribute("data-idle", true));
    for (const event of ["dataloading", "movestart", "render"]) this.map.on(event, () => this.toggleAttribute("data-idle", false));
    this.keeper = new ViewKeeper(this.map, `safetyzone:map:${location.pathname}:${this.getAttribute("station")}`, () => this.#star());
    this.#buttons();
    await loaded;
    this.#layers();
    this.#listen();
    if (this.hasAttribute("cameras")) await this.#cameras();
    if (!this.hasAttribute("manual")) await this.refresh();
    if (/^#\d+$/.test(location.hash)) this.#ring(location.hash.slice(1));  // chosen before this module was here
  }

  #cannot(error) {
    console.warn("zone-map", error);
    const said = this.appendChild(document.createElement("p"));
    said.className = "nothing";
    said.textContent = this.words.none;
  }

  #sheet(path) {
    const href = new URL(path, import.meta.url).href;
    if (document.querySelector(`link[href="${href}"]`)) return;
    const link = document.head.appendChild(document.createElement("link"));
    link.rel = "stylesheet";
    link.href = href;
  }

  #buttons() {
    const bar = this.appendChild(document.createElement("div"));
    bar.className = "buttons";
    const button = (label, text, act) => {
      const made = bar.appendChild(document.createElement("button"));
      made.type = "button";
      made.textContent = text;
      made.setAttribute("aria-label", label);
      made.title = label;
      made.addEventListener("click", act);
      return made;
    };
    button(this.words.zoomIn, "+", () => this.keeper.nearer(0.5));
    button(this.words.zoomOut, "−", () => this.keeper.nearer(-0.5));
    this.star = button(this.words.star.slice(2), this.words.star, () => this.keeper.giveBack());
    this.#star();
  }

  #star() {
    if (this.star) this.star.hidden = !this.keeper.locked;
  }

  #layers() {
    addSymbols(this.map);
    const nothing = { type: "FeatureCollection", features: [] };
    for (const name of Object.keys(this.#held)) this.map.addSource(name, { type: "geojson", data: nothing, promoteId: "id" });
    this.map.addSource("route", { type: "geojson", data: nothing });
    for (const layer of operationalLayers(token)) this.map.addLayer(layer);
    for (const [kind, layers] of [["incident", ["incidents"]], ["unit", ["units"]], ["pole", ["poles", "poles-abnormal"]]]) this.#clickable(kind, layers);
  }

  #clickable(kind, layers) {
    for (const layer of layers) {
      this.map.on("click", layer, (event) => this.#clicked(kind, event));
      this.map.on("mouseenter", layer, () => this.map.getCanvas().classList.add("pointing"));
      this.map.on("mouseleave", layer, () => this.map.getCanvas().classList.remove("pointing"));
    }
  }

  async #cameras() {
    const [{ CameraLayers }, { Dock }] = await Promise.all([import("./map-cameras.js"), import("./map-dock.js")]);
    this.cameras = new CameraLayers(this, this.map, token);
    this.dock = new Dock(this, this.map, this.cameras, token);
    this.#clickable("camera", ["cameras", "cameras-abnormal"]);
    this.cameras.refresh();                    // dots come when they come; the rest of the map waits for none of it
  }

  #clicked(kind, event) {
    if (event.defaultPrevented || this.drawing) return;        // the topmost of what lies here is meant
    if (kind !== "incident" && this.map.queryRenderedFeatures(event.point, { layers: ["incidents"] }).length) return;
    event.preventDefault();
    const id = event.features[0].properties.id;
    this.dispatchEvent(new CustomEvent(`${kind}-click`, { bubbles: true, detail: { id } }));
    if (kind === "incident") document.dispatchEvent(new CustomEvent("safetyzone:select", { detail: { incident: String(id) } }));
  }

  #listen() {
    const on = (name, act) => document.addEventListener(`safetyzone:${name}`, ({ detail }) => act(detail), { signal: this.#stop.signal });
    on("selected", ({ incident, auto }) => this.select(incident, { zoom: !auto }));
    on("go", ({ lon, lat }) => { this.keeper.lock(); this.map.jumpTo({ center: [lon, lat], zoom: Math.max(17, this.map.getZoom()) }); });
    if (this.hasAttribute("manual")) return;
    on("changed", ({ station, things }) => { if (station === this.getAttribute("station") && things.some(([kind]) => KINDS.has(kind))) this.#soon(); });
    on("reset", () => this.refresh());
    this.timer = setInterval(() => this.refresh(), REFRESH_MS);
    this.tabIndex = -1;                        // the canvas inside is what Tab reaches; a stop here would hold the focus fast
    this.addEventListener("focus", () => this.map.getCanvas().focus());
  }

  #soon() {
    this.due ||= setTimeout(() => { this.due = 0; this.refresh(); }, Math.max(0, (this.fetchedAt ?? 0) + STORM_MS - performance.now()));
  }

  // Fetch and show; while one fetch is on its way, any number of calls become one more.
  async refresh() {
    if (this.fetching) { this.again = true; return this.fetching; }
    this.fetchedAt = performance.now();
    this.fetching = (async () => {
      try {
        const answer = await fetch(`/room/map.json?station=${encodeURIComponent(this.getAttribute("station") ?? "")}`, { cache: "no-cache", headers: { Accept: "application/json" } });
        if (answer.ok) this.setData(await answer.json());
      } catch { /* the link's own sign says that we are cut off */ }
    })();
    await this.fetching;
    this.fetching = null;
    if (this.again) { this.again = false; return this.refresh(); }
  }

  // Rows as in map.json; a kind that is absent stays as it is. Only what differs is handed to the map.
  setData(rows) {
    for (const [name, held] of Object.entries(this.#held)) {
      if (!rows[name]) continue;
      const now = new Map(rows[name].map((row) => [FEATURES[name](row).properties.id, JSON.stringify(row)]));
      const byId = new Map(rows[name].map((row) => { const feature = FEATURES[name](row); return [feature.properties.id, feature]; }));
      const gone = [...held.keys()].filter((id) => !now.has(id));
      const fresh = [...now].filter(([id, row]) => held.get(id) !== row).map(([id]) => id);
      if (gone.length || fresh.length) {
        this.map.getSource(name).updateData({ remove: [...gone, ...fresh.filter((id) => held.has(id))], add: fresh.map((id) => byId.get(id)) });
      }
      this.#held[name] = now;
    }
    this.#keepView();
  }

  #keepView() {
    const bounds = new maplibregl.LngLatBounds();
    const incidents = [...this.#held.incidents.values()].map((row) => JSON.parse(row));
    for (const [, lon, lat] of incidents) bounds.extend([lon, lat]);
    for (const row of this.#held.zones.values()) for (const ring of JSON.parse(row).border.coordinates) for (const corner of ring) bounds.extend(corner);
    if (!bounds.isEmpty()) this.keeper.incidents(incidents.map(([id]) => id), bounds);
    this.dataset.incidents = incidents.length;
  }

  // Ring one incident; `zoom` for a chosen row: the same row again goes back to exactly the earlier view.
  async select(incident, { zoom = true } = {}) {
    await this.ready;
    if (!this.map) return;
    this.#ring(incident);
    const row = this.#held.incidents.get(this.#selected);
    if (zoom && row) this.keeper.row(this.#selected, JSON.parse(row).slice(1, 3));
  }

  #ring(incident) {
    this.#selected = Number(incident) || -1;
    this.map.setFilter("incident-ring", ["==", ["get", "id"], this.#selected]);
  }

  // A GeoJSON geometry, or null: the way of a proposed unit.
  showRoute(geometry) {
    this.map.getSource("route").setData(geometry ?? { type: "FeatureCollection", features: [] });
  }
}

customElements.define("zone-map", ZoneMap);
