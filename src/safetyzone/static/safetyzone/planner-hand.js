// One camera turned by hand: a slider, or the handle at the end of its line on the map. The server tries each heading; while one is
// on its way, only the newest of the others waits. How long that took, from the hand to the new figures, is kept on the page.
import { sectors } from "./map-cameras.js";
import { away } from "./planner-map.js";

const HANDLE_M = 45;
const thai = document.documentElement.lang !== "en";

export const percent = (share) => (share >= 1 ? "100.0 %" : `${Math.min(99.9, share * 100).toFixed(1)} %`);
const metres = (value) => `${Math.round(value).toLocaleString("en")} ${thai ? "ม." : "m"}`;

export class Hand {
  constructor(host, layers, page, query) {
    Object.assign(this, { host, layers, page, query, map: host.map, code: "", took: [] });
    const { map } = this;
    map.on("mousedown", "plan-handle", (event) => { event.preventDefault(); this.drags = true; });
    map.on("mousemove", (event) => { if (this.drags) this.#towards(event.lngLat.toArray()); });
    map.on("mouseup", () => { this.drags = false; });
    map.on("mouseenter", "plan-handle", () => map.getCanvas().classList.add("pointing"));
    map.on("mouseleave", "plan-handle", () => map.getCanvas().classList.remove("pointing"));
  }

  clear() {
    this.code = "";
    this.next = null;
    for (const name of ["turn-before", "turn-after", "turn-handle"]) this.layers.set(name, []);
  }

  // The panel was drawn: connect its fields; a camera that is being tried stays so.
  panel(panel, fresh) {
    this.form = panel.querySelector("#hand");
    this.table = panel.querySelector("#tried");
    if (!this.form || this.form.dataset.connected) return;
    this.form.dataset.connected = "1";
    const { camera, azimuth, tilt } = this.form.elements;
    camera.addEventListener("change", () => { const code = camera.value.trim(); if (this.host.cameras.at(code)) this.host.cameras.open(code); });
    for (const field of [azimuth, tilt]) field.addEventListener("input", () => this.turn(Number(azimuth.value), Number(tilt.value)));
    this.form.querySelector("[data-back]").addEventListener("click", () => this.turn(this.first.azimuth, this.first.tilt));
    if (fresh && this.host.cameras?.opened) this.choose(this.host.cameras.opened);
  }

  // A camera whose card is open.
  async choose(code) {
    const about = this.host.querySelector(".camera-about");
    if (!about || about.dataset.camera !== code || !this.form?.isConnected) return;
    if (this.code === code) return;
    this.code = code;
    this.took = [];
    this.first = { azimuth: Number(about.dataset.azimuth), tilt: Number(about.dataset.tilt) };
    this.form.elements.camera.value = code;
    for (const field of this.form.querySelectorAll("[disabled]")) field.disabled = false;
    this.before(code);
    this.turn(this.first.azimuth, this.first.tilt);
  }

  async before(code) {
    const bands = await this.host.cameras.outline(code);
    if (this.code === code) this.layers.set("turn-before", sectors(code, bands));
  }

  #towards([lon, lat]) {
    const [x, y] = this.host.cameras.at(this.code);
    const bearing = (Math.atan2((lon - x) * Math.cos((y * Math.PI) / 180), lat - y) * 180) / Math.PI;
    this.turn(Math.round((bearing + 360) % 360) % 360, this.tilt);
  }

  turn(azimuth, tilt) {
    const began = performance.now();
    [this.azimuth, this.tilt] = [azimuth, tilt];
    const { elements } = this.form;
    for (const [name, value] of [["azimuth", azimuth], ["tilt", tilt]]) {
      elements[name].value = value;
      this.form.querySelector(`output[data-of="${name}"]`).textContent = `${Math.round(value)}°`;
    }
    this.next = { code: this.code, azimuth, tilt, began };
    return this.#run();
  }

  again() {
    if (!this.code || !this.form?.isConnected) return;
    this.before(this.code);
    this.turn(this.azimuth, this.tilt);
  }

  async #run() {
    if (this.busy) return;
    this.busy = true;
    while (this.next) {
      const { code, azimuth, tilt, began } = this.next;
      this.next = null;
      const found = await this.#try(code, azimuth, tilt);
      if (!found || code !== this.code) continue;
      this.#write(found);
      this.#timed(performance.now() - began, found.ms);
      this.#draw(found, azimuth);
    }
    this.busy = false;
  }

  // Before and after of one turn that was advised; gives what the server said.
  async compare(code, azimuth, tilt) {
    this.code = code;
    this.before(code);
    const found = await this.#try(code, azimuth, tilt);
    if (found) this.layers.set("turn-after", sectors(code, found.outline));
    return found;
  }

  async #try(code, azimuth, tilt) {
    const query = this.query({ camera: code, azimuth, tilt });
    const answer = await fetch(`/planner/try.json?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || code !== this.code) return null;
    return answer.json();
  }

  // Handle and sector in one go, so that the map is drawn once for a turn; after the figures, which do not wait for it.
  #draw({ outline }, azimuth) {
    const place = this.host.cameras.at(this.code);
    const end = away(place, azimuth, HANDLE_M);
    const part = (type, coordinates) => ({ type: "Feature", geometry: { type, coordinates }, properties: {} });
    this.layers.set("turn-handle", [part("LineString", [place, end]), part("Point", end)]);
    this.layers.set("turn-after", sectors(this.code, outline));
  }

  #write(found) {
    if (!this.table?.isConnected) return;
    for (const side of ["before", "after"])
      for (const cell of this.table.querySelectorAll(`[data-${side}]`)) cell.textContent = percent(found[side][cell.dataset[side]]);
    const words = thai
      ? `เห็นเพิ่ม ${metres(found.gained_m)} · หายไป ${metres(found.lost_m)}${found.must_see_kept ? "" : " · จุดที่ต้องเห็นจะหายไป"}`
      : `gains ${metres(found.gained_m)} · loses ${metres(found.lost_m)}${found.must_see_kept ? "" : " · what must stay seen would be lost"}`;
    this.form.parentElement.querySelector("#gained").textContent = words;
  }

  // Milliseconds from the hand to the new figures: of the last turn, the middle one and nine in ten, and the server's part of the last.
  #timed(ms, server) {
    this.took.push(ms);
    const sorted = [...this.took].sort((a, b) => a - b);
    Object.assign(this.page.dataset, { handMs: ms.toFixed(1), handMedianMs: sorted[Math.floor(sorted.length / 2)].toFixed(1), handP90Ms: sorted[Math.floor(sorted.length * 0.9)].toFixed(1), handServerMs: server, handTurns: this.took.length });
  }
}
