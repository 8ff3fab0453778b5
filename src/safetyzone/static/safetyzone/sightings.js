// The search of plates: the second part opens when the first is filled in; the way is drawn on the map, with a slider that replays it.
const FONT_SIZE = 13;
const STEP_MS = 900;
const NOTHING = { type: "FeatureCollection", features: [] };
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const time = (ms) => new Date(ms).toLocaleTimeString("th-TH", { timeZone: "Asia/Bangkok", hour12: false });

const what = document.getElementById("what");
if (what) {
  const asked = ["purpose", "law", "case", "words"].map((id) => document.getElementById(id));
  const open = () => {
    what.disabled = !asked.every((field) => field.value.trim() && field.checkValidity());
    document.getElementById("why-grey").hidden = !what.disabled;
  };
  const [purpose, law] = asked;
  const fit = () => {                                           // a law that does not allow this purpose cannot be chosen
    for (const option of law.options) option.disabled = Boolean(option.value && purpose.value) && !option.dataset.fits.split(" ").includes(purpose.value);
    if (law.selectedOptions[0]?.disabled) law.value = "";
  };
  purpose.addEventListener("input", fit);
  for (const field of asked) field.addEventListener("input", open);
  fit();
  open();
}

const host = document.getElementById("way-map");
const stops = JSON.parse(document.getElementById("stops")?.textContent ?? "[]");
if (host && stops.length) draw().catch((error) => console.warn("sightings", error));

async function draw() {
  await import("./zone-map.js");
  await customElements.whenDefined("zone-map");
  await host.ready;
  const { FONT } = await import("./map-style.js");
  const { map } = host;
  if (!map) return;                                             // no WebGL: the table below says the same
  const replay = document.getElementById("moment");
  const place = ({ lon, lat }) => [lon, lat];
  const feature = (type, coordinates, properties = {}) => ({ type: "Feature", geometry: { type, coordinates }, properties });
  const label = (stop, number) => (replay ? `${number + 1} · ${time(stop.at)}` : stop.name);
  map.addSource("way", { type: "geojson", data: replay ? feature("LineString", stops.map(place)) : NOTHING });
  map.addSource("way-stops", { type: "geojson", data: { type: "FeatureCollection", features: stops.map((stop, number) => feature("Point", place(stop), { label: label(stop, number) })) } });
  map.addSource("way-now", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "way", type: "line", source: "way", paint: { "line-color": token("--selected"), "line-width": 3, "line-opacity": 0.8 } });
  map.addLayer({ id: "way-stops", type: "circle", source: "way-stops", paint: { "circle-radius": 7, "circle-color": token("--bg"), "circle-stroke-width": 2.5, "circle-stroke-color": token("--selected") } });
  map.addLayer({ id: "way-now", type: "circle", source: "way-now", paint: { "circle-radius": 11, "circle-color": token("--selected"), "circle-stroke-width": 2, "circle-stroke-color": token("--bg") } });
  map.addLayer({ id: "way-labels", type: "symbol", source: "way-stops", layout: { "text-field": ["get", "label"], "text-font": [FONT], "text-size": FONT_SIZE, "text-anchor": "left", "text-offset": [0.9, 0], "text-optional": true }, paint: { "text-color": token("--text"), "text-halo-color": token("--bg"), "text-halo-width": 1.5 } });
  const lons = stops.map(({ lon }) => lon), lats = stops.map(({ lat }) => lat);
  host.keeper?.lock();
  map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: 60, maxZoom: 16, animate: false });
  host.dataset.stops = stops.length;
  if (replay) replaying(map, replay, (number) => feature("Point", place(stops[number])));
}

function replaying(map, slider, point) {
  const said = document.getElementById("said-moment"), play = document.getElementById("play");
  let timer = 0;
  const show = () => {
    const stop = stops[Number(slider.value)];
    map.getSource("way-now").setData(point(Number(slider.value)));
    said.textContent = `${time(stop.at)} ${stop.name}`;
    slider.setAttribute("aria-valuetext", said.textContent);
  };
  const halt = () => { clearInterval(timer); timer = 0; play.setAttribute("aria-pressed", "false"); };
  slider.addEventListener("input", () => { halt(); show(); });
  play.addEventListener("click", () => {
    if (timer) return halt();
    if (Number(slider.value) === stops.length - 1) slider.value = 0;
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => { slider.value = Number(slider.value) + 1; show(); if (Number(slider.value) === stops.length - 1) halt(); }, STEP_MS);
    show();
  });
  show();
}
