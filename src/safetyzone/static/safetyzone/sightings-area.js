// Where to search, on the map: the corners of an area are clicked and the cameras inside stand in the field; a click on a camera adds
// it or takes it out. The field is what is sent and what is believed: who needs no map types the codes.
const WORDS = {
  th: { chosen: (n) => `เลือกแล้ว ${n} กล้อง`, none: "ไม่มีกล้องที่เก็บประวัติในพื้นที่นี้", all: "ยังไม่เลือก: ค้นทุกกล้องที่เก็บประวัติ" },
  en: { chosen: (n) => `${n} cameras chosen`, none: "No camera in this area keeps a history", all: "None chosen: all that keep a history are searched" },
};
const NOTHING = { type: "FeatureCollection", features: [] };
const ROOM_PX = 50;
const FONT_SIZE = 12;
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Whether a place lies inside a ring: how often a line to the east crosses its border. */
export function inside([x, y], ring) {
  let odd = false;
  for (let k = 0, before = ring.length - 1; k < ring.length; before = k++) {
    const [[ax, ay], [bx, by]] = [ring[k], ring[before]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

const field = document.getElementById("cameras"), area = document.getElementById("area"), host = document.getElementById("area-map");
if (area) area.addEventListener("toggle", () => begin().catch((error) => console.warn("sightings-area", error)), { once: true });

async function begin() {
  const cameras = JSON.parse(document.getElementById("keeping").textContent), words = WORDS[document.documentElement.lang === "en" ? "en" : "th"];
  const said = document.getElementById("area-said");
  await import("./zone-map.js");
  await customElements.whenDefined("zone-map");
  await host.ready;
  const { FONT } = await import("./map-style.js");
  const { map } = host;
  if (!map) return;                                             // no WebGL: codes are typed
  let corners = [];
  host.drawing = "area";
  host.keeper?.lock();
  map.doubleClickZoom.disable();
  for (const source of ["area", "keeping"]) map.addSource(source, { type: "geojson", data: NOTHING });
  map.addLayer({ id: "area", type: "line", source: "area", paint: { "line-color": token("--selected"), "line-width": 2, "line-dasharray": [2, 1] } });
  map.addLayer({ id: "keeping", type: "circle", source: "keeping", paint: { "circle-radius": 8, "circle-color": ["case", ["get", "chosen"], token("--selected"), token("--bg")], "circle-stroke-width": 2.5, "circle-stroke-color": token("--selected") } });
  map.addLayer({ id: "keeping-names", type: "symbol", source: "keeping", layout: { "text-field": ["get", "code"], "text-font": [FONT], "text-size": FONT_SIZE, "text-anchor": "left", "text-offset": [0.9, 0], "text-optional": true }, paint: { "text-color": token("--text"), "text-halo-color": token("--bg"), "text-halo-width": 1.5 } });

  const chosen = () => new Set(field.value.split(/[\s,]+/).filter(Boolean));
  const show = (word) => {
    const codes = chosen();
    map.getSource("keeping").setData({ type: "FeatureCollection", features: cameras.map(({ code, lon, lat }) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { code, chosen: codes.has(code) } })) });
    said.textContent = word ?? (codes.size ? words.chosen(codes.size) : words.all);
  };
  const choose = (codes, word) => { field.value = [...codes].join(" "); show(word); };
  const draw = (line) => map.getSource("area").setData(line.length > 1 ? { type: "Feature", geometry: { type: "LineString", coordinates: line }, properties: {} } : NOTHING);
  const close = () => {
    if (corners.length < 3) return;
    const found = cameras.filter(({ lon, lat }) => inside([lon, lat], corners)).map(({ code }) => code);
    draw([...corners, corners[0]]);
    corners = [];
    choose(new Set([...chosen(), ...found]), found.length ? undefined : words.none);
  };
  map.on("click", (event) => {
    if (field.disabled) return;
    const [hit] = corners.length ? [] : map.queryRenderedFeatures(event.point, { layers: ["keeping"] });
    if (hit) {
      const codes = chosen();
      if (!codes.delete(hit.properties.code)) codes.add(hit.properties.code);
      return choose(codes);
    }
    corners.push(event.lngLat.toArray());
    draw(corners);
  });
  map.on("mousemove", ({ lngLat }) => { if (corners.length) draw([...corners, lngLat.toArray()]); });
  map.on("dblclick", (event) => { event.preventDefault(); corners.pop(); close(); });
  host.addEventListener("keydown", (event) => {
    if (event.key === "Enter") close();
    if (event.key === "Escape") { corners = []; draw([]); }
  });
  document.getElementById("area-none").addEventListener("click", () => { corners = []; draw([]); choose([]); });
  field.addEventListener("input", () => show());
  const [lons, lats] = [cameras.map(({ lon }) => lon), cameras.map(({ lat }) => lat)];
  if (cameras.length) map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: ROOM_PX, maxZoom: 17, animate: false });
  show();
  host.toggleAttribute("data-cameras-shown", true);
}
