// The search of plates: the second part opens when the first is filled in; the way is drawn on the map, with a slider that replays it.
const FONT_SIZE = 13;
const STEP_MS = 900;
const ROOM = { top: 60, bottom: 50, left: 40, right: 110 };           // px; labels stand to the right of their stops
const NOTHING = { type: "FeatureCollection", features: [] };
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const ZONE = { timeZone: "Asia/Bangkok" };
const time = (ms) => new Date(ms).toLocaleTimeString("th-TH", { ...ZONE, hour12: false });
const day = (ms) => new Date(ms).toLocaleDateString(document.documentElement.lang === "en" ? "en-GB" : "th-TH", { ...ZONE, day: "numeric", month: "short" });

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
  document.querySelector('[aria-invalid="true"]')?.focus();
}

const host = document.getElementById("way-map");
const ways = JSON.parse(document.getElementById("stops")?.textContent ?? "[]");
if (host && ways.some((stops) => stops.length)) draw().catch((error) => console.warn("sightings", error));

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
  for (const source of ["way", "way-stops", "way-now"]) map.addSource(source, { type: "geojson", data: NOTHING });
  map.addLayer({ id: "way", type: "line", source: "way", paint: { "line-color": token("--selected"), "line-width": 3, "line-opacity": 0.8 } });
  map.addLayer({ id: "way-stops", type: "circle", source: "way-stops", paint: { "circle-radius": 7, "circle-color": token("--bg"), "circle-stroke-width": 2.5, "circle-stroke-color": token("--selected") } });
  map.addLayer({ id: "way-now", type: "circle", source: "way-now", paint: { "circle-radius": 11, "circle-color": token("--selected"), "circle-stroke-width": 2, "circle-stroke-color": token("--bg") } });
  map.addLayer({ id: "way-labels", type: "symbol", source: "way-stops", layout: { "text-field": ["get", "label"], "text-font": [FONT], "text-size": FONT_SIZE, "text-anchor": "left", "text-offset": [0.9, 0], "text-optional": true }, paint: { "text-color": token("--text"), "text-halo-color": token("--bg"), "text-halo-width": 1.5 } });
  host.keeper?.lock();
  const replayed = replay ? replaying(map, replay, (stop) => feature("Point", place(stop))) : null;
  const show = (stops) => {
    const days = new Set(stops.map(({ at }) => day(at)));
    const moment = ({ at }) => (days.size > 1 ? `${day(at)} ${time(at)}` : time(at));
    const label = (stop, number) => (replay ? `${number + 1} · ${moment(stop)}` : stop.name);
    map.getSource("way").setData(replay && stops.length > 1 ? feature("LineString", stops.map(place)) : NOTHING);
    map.getSource("way-stops").setData({ type: "FeatureCollection", features: stops.map((stop, number) => feature("Point", place(stop), { label: label(stop, number) })) });
    const lons = stops.map(({ lon }) => lon), lats = stops.map(({ lat }) => lat);
    if (stops.length) map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: ROOM, maxZoom: 16, animate: false });
    host.dataset.stops = stops.length;
    replayed?.(stops, moment);
  };
  const which = document.getElementById("which");
  which?.addEventListener("input", () => {
    for (const span of document.querySelectorAll("[data-way]")) span.hidden = span.dataset.way !== which.value;
    show(ways[Number(which.value)]);
  });
  show(ways[Number(which?.value ?? 0)]);
}

function replaying(map, slider, point) {
  const said = document.getElementById("said-moment"), play = document.getElementById("play");
  let timer = 0, stops = [], words = () => "";
  const show = () => {
    const stop = stops[Number(slider.value)];
    map.getSource("way-now").setData(stop ? point(stop) : NOTHING);
    said.textContent = stop ? `${words(stop)} ${stop.name}` : "";
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
  return (others, say) => {
    halt();
    [stops, words] = [others, say];
    slider.max = Math.max(stops.length - 1, 0);
    slider.value = 0;
    document.getElementById("replay").hidden = stops.length < 2;
    show();
  };
}
