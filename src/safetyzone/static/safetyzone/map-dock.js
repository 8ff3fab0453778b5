// Row D3: draw a circle (press and drag) or a polygon (click its corners) and the cameras inside are docked below the map.
// A row lights its dot and a dot its row. Without dragging: the button, pressed by key, takes the middle of the map, and the
// radius is a number one can type.

const WORDS = {
  th: { circle: "กล้องในวงกลม", polygon: "กล้องในรูปหลายเหลี่ยม", radius: "รัศมี (ม.)", close: "ปิด", dragIt: "กดค้างที่จุดกลางแล้วลากออก · Esc ยกเลิก", clickIt: "คลิกทีละมุม ดับเบิลคลิกหรือ Enter เพื่อปิดรูป · Esc ยกเลิก" },
  en: { circle: "Cameras in a circle", polygon: "Cameras in a polygon", radius: "Radius (m)", close: "Close", dragIt: "Press on the middle and drag outwards · Esc cancels", clickIt: "Click the corners; double click or Enter closes · Esc cancels" },
};
const FIRST_RADIUS_M = 150;
const LEAST_M = 10;
const MOST_M = 5000;
const MOST_TILES = 9;
const NOTHING = { type: "FeatureCollection", features: [] };
const METRES_A_DEGREE = 111_195;

const metres = (a, b) => Math.hypot((a[0] - b[0]) * Math.cos((a[1] * Math.PI) / 180), a[1] - b[1]) * METRES_A_DEGREE;

function circle([lon, lat], radius) {
  const [dy, dx] = [radius / METRES_A_DEGREE, radius / METRES_A_DEGREE / Math.cos((lat * Math.PI) / 180)];
  return Array.from({ length: 65 }, (_, n) => [lon + dx * Math.sin((n * Math.PI) / 32), lat + dy * Math.cos((n * Math.PI) / 32)]);
}

export class Dock {
  constructor(host, map, cameras, token) {
    Object.assign(this, { host, map, cameras, words: WORDS[host.language] });
    map.addSource("dock", { type: "geojson", data: NOTHING });
    map.addLayer({ id: "dock", type: "line", source: "dock", paint: { "line-color": token("--selected"), "line-width": 2, "line-dasharray": [2, 1] } });
    this.circleButton = this.#button("◯", this.words.circle, (event) => (event.detail ? this.#begin("circle") : this.#around(map.getCenter().toArray(), FIRST_RADIUS_M)));
    this.polygonButton = this.#button("⬠", this.words.polygon, () => this.#begin("polygon"));
    this.#hand();
    host.addEventListener("keydown", (event) => this.#key(event));
    map.on("mousemove", "cameras", ({ features }) => this.#lightRow(features[0].properties.id));
    map.on("mousemove", "cameras-abnormal", ({ features }) => this.#lightRow(features[0].properties.id));
    for (const layer of ["cameras", "cameras-abnormal"]) map.on("mouseleave", layer, () => this.#lightRow(""));
    document.addEventListener("safetyzone:light", ({ detail }) => this.cameras.light(detail.camera));
    document.addEventListener("safetyzone:changed", ({ detail }) => { if (this.asked && detail.things.some(([kind]) => kind === "camera")) this.#ask(); });
  }

  #button(text, label, act) {
    const made = this.host.querySelector(".buttons").appendChild(document.createElement("button"));
    Object.assign(made, { type: "button", textContent: text, title: label });
    made.setAttribute("aria-label", label);
    made.setAttribute("aria-pressed", "false");
    made.addEventListener("click", act);
    return made;
  }

  #begin(what) {
    const again = this.host.drawing === what;
    this.#end();
    if (again) return;
    this.host.drawing = what;
    this.corners = [];
    this[`${what}Button`].setAttribute("aria-pressed", "true");
    this.map.doubleClickZoom.disable();
    if (what === "circle") this.map.dragPan.disable();
    this.map.getCanvas().classList.add("drawing");
    this.#panel().querySelector(".said").textContent = what === "circle" ? this.words.dragIt : this.words.clickIt;
    this.map.getCanvas().focus();
  }

  #end() {
    this.host.drawing = "";
    this.middle = null;
    for (const button of [this.circleButton, this.polygonButton]) button.setAttribute("aria-pressed", "false");
    this.map.dragPan.enable();
    this.map.doubleClickZoom.enable();
    this.map.getCanvas().classList.remove("drawing");
    if (this.panel) this.panel.querySelector(".said").textContent = "";
  }

  #hand() {
    const { map, host } = this;
    map.on("mousedown", (event) => { if (host.drawing === "circle") { event.preventDefault(); this.middle = event.lngLat.toArray(); } });
    map.on("mousemove", (event) => {
      if (host.drawing === "circle" && this.middle) this.#draw(circle(this.middle, metres(this.middle, event.lngLat.toArray())));
      else if (host.drawing === "polygon" && this.corners.length) this.#draw([...this.corners, event.lngLat.toArray()]);
    });
    map.on("mouseup", (event) => {
      if (host.drawing !== "circle" || !this.middle) return;
      const radius = metres(this.middle, event.lngLat.toArray());
      this.#around(this.middle, radius < LEAST_M ? FIRST_RADIUS_M : radius);
    });
    map.on("click", (event) => { if (host.drawing === "polygon") { this.corners.push(event.lngLat.toArray()); this.#draw(this.corners); } });
    map.on("dblclick", (event) => { if (host.drawing === "polygon") { event.preventDefault(); this.corners.pop(); this.#close(); } });
  }

  #key(event) {
    if (event.key === "Escape" && this.host.drawing) { this.#end(); this.#draw(null); event.stopPropagation(); }
    if (event.key === "Enter" && this.host.drawing === "polygon") this.#close();
  }

  #close() {
    const corners = this.corners;
    if (corners.length < 3) return;
    this.#end();
    this.#draw([...corners, corners[0]]);
    this.#show({ ring: corners.map((corner) => corner.map((one) => one.toFixed(6)).join()).join(";") }, null);
  }

  #around(middle, radius) {
    const metresRound = Math.round(Math.min(MOST_M, Math.max(LEAST_M, radius)));
    this.#end();
    this.around = middle;
    this.#draw(circle(middle, metresRound));
    this.#show({ circle: [middle[0].toFixed(6), middle[1].toFixed(6), metresRound].join() }, metresRound);
  }

  #draw(line) {
    this.map.getSource("dock").setData(line ? { type: "Feature", geometry: { type: "LineString", coordinates: line }, properties: {} } : NOTHING);
  }

  #panel() {
    if (!this.panel) {
      this.panel = this.host.appendChild(document.createElement("section"));
      this.panel.className = "camera-dock";
      this.panel.setAttribute("aria-label", this.words.circle);
      this.panel.innerHTML = '<p class="row"><label class="radius" hidden><span></span> <input type="number" step="10"></label><span class="said" role="status"></span><button type="button" data-close>✕</button></p><div class="list"></div>';
      this.panel.querySelector(".radius span").textContent = this.words.radius;
      const radius = this.panel.querySelector("input");
      Object.assign(radius, { min: LEAST_M, max: MOST_M });
      radius.addEventListener("change", () => { if (radius.reportValidity()) this.#around(this.around, Number(radius.value)); });
      const close = this.panel.querySelector("[data-close]");
      close.setAttribute("aria-label", this.words.close);
      close.addEventListener("click", () => { this.#end(); this.#draw(null); this.asked = null; this.panel.hidden = true; this.cameras.light(""); });
      for (const [event, is] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]])
        this.panel.addEventListener(event, ({ target }) => { const row = target.closest("[data-camera]"); if (row) this.cameras.light(is ? row.dataset.camera : ""); });
      this.panel.addEventListener("click", ({ target }) => { const row = target.closest("[data-camera]"); if (row) this.cameras.open(row.dataset.camera); });
    }
    this.panel.hidden = false;
    return this.panel;
  }

  #show(area, radius) {
    const label = this.#panel().querySelector(".radius");
    label.hidden = radius === null;
    if (radius !== null) label.querySelector("input").value = radius;
    this.asked = area;
    return this.#ask();
  }

  async #ask() {
    const asked = this.asked;
    const query = new URLSearchParams({ ...asked, station: this.host.getAttribute("station") });
    const answer = await fetch(`/cameras/inside?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer && this.asked === asked) {
      this.panel.querySelector(".list").innerHTML = await answer.text();
      this.#tiles();
    }
  }

  /** The cameras inside as live tiles; a tile lights its dot. Those that stay keep playing. */
  #tiles() {
    if (!document.querySelector('meta[name="video-url"]')) return;
    const place = this.panel.querySelector(".dock-tiles") ?? this.panel.appendChild(Object.assign(document.createElement("div"), { className: "dock-tiles" }));
    const codes = [...this.panel.querySelectorAll(".list [data-camera]")].map((row) => row.dataset.camera).slice(0, MOST_TILES);
    const had = new Map([...place.children].map((tile) => [tile.dataset.camera, tile]));
    for (const [code, tile] of had) if (!codes.includes(code)) tile.remove();
    for (const code of codes) {
      if (had.has(code)) continue;
      const tile = document.createElement("video-tile");
      tile.show({ camera: code, name_th: code, name_en: code });
      place.append(tile);
    }
  }

  #lightRow(code) {
    if (!this.asked) return;
    for (const row of this.panel.querySelectorAll("[data-camera]")) {
      const lit = row.dataset.camera === code; // rows and tiles alike
      if (lit && !row.hasAttribute("data-lit")) row.scrollIntoView({ block: "nearest", inline: "nearest" });
      row.toggleAttribute("data-lit", lit);
    }
    this.cameras.light(code);
  }
}
