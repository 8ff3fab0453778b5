// What the planner draws on the zone's map: streets by how many cameras see them, numbered spots, a turn before and after.
import { ring } from "./map-cameras.js";
import { FONT } from "./map-style.js";
import { half } from "./planner-swipe.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const feature = (type, coordinates, properties = {}) => ({ type: "Feature", geometry: { type, coordinates }, properties });
const collection = (features) => ({ type: "FeatureCollection", features });
const HEADING_M = 30;
const METRES_A_DEGREE = 111_195;
const NEAR_ZOOM = 17;

// The place so many metres from here at a bearing clockwise from north.
export function away([lon, lat], bearing, metres) {
  const turn = (bearing * Math.PI) / 180;
  return [lon + (metres * Math.sin(turn)) / METRES_A_DEGREE / Math.cos((lat * Math.PI) / 180), lat + (metres * Math.cos(turn)) / METRES_A_DEGREE];
}

export class PlannerLayers {
  constructor(host) {
    this.host = host;
    this.map = host.map;
    const { map } = this;
    for (const name of ["streets", "spots", "spot-lines", "turn-before", "turn-after", "turn-handle"]) map.addSource(`plan-${name}`, { type: "geojson", data: NOTHING });
    const street = (id, level, paint) => map.addLayer({ id, type: "line", source: "plan-streets", filter: ["==", ["get", "level"], level], layout: { visibility: "none" }, paint }, "zone-border");
    street("plan-two", 2, { "line-color": token("--text"), "line-width": ["interpolate", ["linear"], ["zoom"], 13, 1.4, 17, 4] });
    street("plan-one", 1, { "line-color": token("--normal"), "line-width": ["interpolate", ["linear"], ["zoom"], 13, 1.2, 17, 3] });
    street("plan-none", 0, { "line-color": token("--fault"), "line-width": ["interpolate", ["linear"], ["zoom"], 13, 1, 17, 3], "line-dasharray": [2, 1.2], "line-opacity": 0.85 });
    map.addLayer({ id: "plan-after", type: "fill", source: "plan-turn-after", paint: { "fill-color": token("--selected"), "fill-opacity": 0.1 } }, "poles");
    map.addLayer({ id: "plan-after-edge", type: "line", source: "plan-turn-after", filter: ["==", ["get", "band"], 0], paint: { "line-color": token("--selected"), "line-width": 2 } }, "poles");
    map.addLayer({ id: "plan-before", type: "line", source: "plan-turn-before", filter: ["==", ["get", "band"], 0], paint: { "line-color": token("--text"), "line-width": 1.5, "line-dasharray": [2, 2] } }, "poles");
    map.addLayer({ id: "plan-spot-lines", type: "line", source: "plan-spot-lines", paint: { "line-color": token("--text"), "line-width": 1.5, "line-dasharray": [1, 1.5] } });
    map.addLayer({ id: "plan-spots", type: "circle", source: "plan-spots", paint: { "circle-radius": 11, "circle-color": token("--text"), "circle-stroke-width": 1.5, "circle-stroke-color": token("--bg") } });
    map.addLayer({ id: "plan-numbers", type: "symbol", source: "plan-spots", layout: { "text-field": ["get", "number"], "text-font": [FONT], "text-size": 12, "text-allow-overlap": true, "icon-allow-overlap": true }, paint: { "text-color": token("--bg") } });
    map.addLayer({ id: "plan-heading", type: "line", source: "plan-turn-handle", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": token("--selected"), "line-width": 2 } });
    map.addLayer({ id: "plan-handle", type: "circle", source: "plan-turn-handle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 10, "circle-color": token("--selected"), "circle-stroke-width": 2, "circle-stroke-color": token("--bg") } });
  }

  set(name, features) {
    this.map.getSource(`plan-${name}`).setData(collection(features));
  }

  showStreets(is) {
    for (const id of ["plan-none", "plan-one", "plan-two"]) this.map.setLayoutProperty(id, "visibility", is ? "visible" : "none");
    this.host.parentElement.querySelector(".legend").hidden = !is;
  }

  async streets(query) {
    const mine = (this.asked = String(query));
    const found = await this.#levels(query);
    if (!found || this.asked !== mine) return;
    this.now = found;
    this.swipe(this.line);
    this.host.dataset.streets = found.length;
  }

  async #levels(query) {
    const answer = await fetch(`/planner/streets.json?${query}`, { cache: "no-cache", headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return null;
    return (await answer.json()).streets.map(([level, line]) => feature("LineString", ring(line, false), { level }));
  }

  // The streets as they would be with a camera turned so; with nothing, as they are.
  async then(query) {
    const mine = (this.askedThen = query && String(query));
    const found = query ? await this.#levels(query) : null;
    if (this.askedThen !== mine) return false;
    this.after = found;
    this.swipe(this.line);
    return Boolean(found);
  }

  // Left of this line of longitude as they are, right of it as they would be.
  swipe(line) {
    this.line = line;
    const shown = this.after && line !== undefined ? [...half(this.now ?? [], line, true), ...half(this.after, line, false)] : this.now;
    this.set("streets", shown ?? []);
  }

  // Everything in a panel that says where it is: dead spots with the nearest pole, new sites with their heading.
  spots(panel) {
    const rows = [...panel.querySelectorAll("[data-spot]")].map(({ dataset }) => ({ ...dataset, place: [Number(dataset.lon), Number(dataset.lat)] }));
    this.set("spots", rows.map(({ place, number }) => feature("Point", place, { number })));
    this.set("spot-lines", rows.flatMap(({ place, nearLon, nearLat, azimuth }) => {
      if (nearLon) return [feature("LineString", [place, [Number(nearLon), Number(nearLat)]])];
      return azimuth ? [feature("LineString", [place, away(place, Number(azimuth), HEADING_M)])] : [];
    }));
  }

  // A gesture of the operator's own: the view stays his (pattern P5).
  fly(place) {
    this.host.keeper.lock();
    const zoom = Math.max(NEAR_ZOOM, this.map.getZoom());
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.map.jumpTo({ center: place, zoom });
    else this.map.easeTo({ center: place, zoom, duration: 400 });
  }
}
