// The style of the map: a grey city, so that only what is abnormal has colour. No glyph server: without `glyphs`
// MapLibre draws letters with the page's own font, named in `text-font`, and Thai marks stack as they should.
export const FONT = "IBM Plex Sans Thai";

const GREYS = {
  dark: {
    land: "#1b1f23", green: "#1e2622", water: "#1a2530", block: "#22272b", building: "#252a2f", path: "#2b3136",
    minor: "#343b42", main: "#454e57", casing: "#16191c", rail: "#3d4750", label: "#9aa4ae", halo: "#1b1f23", place: "#7d8894",
  },
  light: {
    land: "#e6e9ec", green: "#d9e3da", water: "#cfdbe6", block: "#dde1e5", building: "#d7dce1", path: "#d3d8dd",
    minor: "#ffffff", main: "#ffffff", casing: "#c3cad1", rail: "#b4bcc4", label: "#4a545e", halo: "#f4f6f8", place: "#5a6570",
  },
};

const kind = (...names) => ["in", ["get", "kind"], ["literal", names]];
const cls = (...names) => ["in", ["get", "class"], ["literal", names]];
const all = (...filters) => ["all", ...filters];
const MAIN = cls("motorway", "trunk", "primary", "secondary", "tertiary", "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link");
const PATHS = cls("footway", "path", "steps", "pedestrian", "cycleway", "bridleway", "track");
const name = (language) => (language === "en" ? ["case", ["all", ["has", "name_en"], ["!=", ["get", "name_en"], ""]], ["get", "name_en"], ["get", "name_th"]] : ["get", "name_th"]);
const width = (at12, at17) => ["interpolate", ["exponential", 1.6], ["zoom"], 12, at12, 17, at17];

function labels(id, filter, language, colour, halo, layout, minzoom) {
  return {
    id, type: "symbol", source: "base", "source-layer": "base", minzoom,
    filter: all(filter, ["!=", ["get", "name_th"], ""]),
    layout: { "text-field": name(language), "text-font": [FONT], "text-letter-spacing": 0, "text-line-height": 1.6, ...layout },
    paint: { "text-color": colour, "text-halo-color": halo, "text-halo-width": 1.6 },
  };
}

export function cityStyle({ tiles, credit, theme, language }) {
  const c = GREYS[theme === "light" ? "light" : "dark"];
  const fill = (id, filter, colour, minzoom = 0) => ({ id, type: "fill", source: "base", "source-layer": "base", minzoom, filter: all(["==", ["geometry-type"], "Polygon"], filter), paint: { "fill-color": colour } });
  const line = (id, filter, colour, wide, minzoom = 0, more = {}) => ({ id, type: "line", source: "base", "source-layer": "base", minzoom, filter, layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colour, "line-width": wide, ...more } });
  return {
    version: 8,
    sources: { base: { type: "vector", url: `pmtiles://${tiles}`, attribution: credit } },
    layers: [
      { id: "land", type: "background", paint: { "background-color": c.land } },
      fill("green", kind("green"), c.green),
      fill("block", kind("block"), c.block),
      fill("water", kind("water"), c.water),
      line("canal", kind("canal"), c.water, width(2, 14)),
      fill("building", kind("building"), c.building, 14),
      line("path", all(kind("street"), PATHS), c.path, width(0.4, 2.5), 15),
      line("minor-casing", all(kind("street"), ["!", MAIN], ["!", PATHS]), c.casing, width(1.4, 13), 13),
      line("main-casing", all(kind("street"), MAIN), c.casing, width(3, 26)),
      line("minor", all(kind("street"), ["!", MAIN], ["!", PATHS]), c.minor, width(0.6, 10), 13),
      line("main", all(kind("street"), MAIN), c.main, width(1.6, 22)),
      line("rail", kind("rail"), c.rail, 1.5, 13, { "line-dasharray": [4, 3] }),
      labels("label-minor", all(kind("street"), ["!", MAIN], ["!", PATHS]), language, c.label, c.halo, { "symbol-placement": "line", "text-size": 11 }, 15.5),
      labels("label-area", all(kind("green", "block", "water"), ["==", ["geometry-type"], "Polygon"]), language, c.place, c.halo, { "text-size": 12, "text-max-width": 7 }, 13.5),
      labels("label-canal", kind("canal"), language, c.place, c.halo, { "symbol-placement": "line", "text-size": 11 }, 14),
      labels("label-place", kind("place"), language, c.place, c.halo, { "text-size": 12, "text-max-width": 9, "text-offset": [0, 1.1] }, 14),
      labels("label-main", all(kind("street"), MAIN), language, c.label, c.halo, { "symbol-placement": "line", "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 17, 16] }, 13),
    ],
  };
}

// What lies on the city, from the lowest to the highest.
export function operationalLayers(token) {
  const text = { "text-font": [FONT], "text-letter-spacing": 0, "text-optional": true };
  const halo = { "text-halo-color": token("--bg"), "text-halo-width": 1.8 };
  return [
    { id: "zone-border", type: "line", source: "zones", paint: { "line-color": token("--dim"), "line-width": 1.6, "line-dasharray": [3, 2] } },
    { id: "route", type: "line", source: "route", paint: { "line-color": token("--selected"), "line-width": 3, "line-dasharray": [1, 1.2] } },
    { id: "poles", type: "symbol", source: "poles", filter: ["!", ["get", "abnormal"]], layout: { "icon-image": ["concat", "pole-", ["get", "state"]], "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 13, 0.6, 16, 1] } },
    { id: "poles-abnormal", type: "symbol", source: "poles", filter: ["get", "abnormal"], layout: { ...text, "icon-image": ["concat", "pole-", ["get", "state"]], "icon-allow-overlap": true, "text-field": ["get", "id"], "text-size": 11, "text-anchor": "left", "text-offset": [1.1, 0] }, paint: { "text-color": token("--fault"), ...halo } },
    { id: "units", type: "symbol", source: "units", layout: { ...text, "icon-image": ["concat", "unit-", ["get", "icon"]], "icon-allow-overlap": true, "text-field": ["get", "label"], "text-size": 12, "text-anchor": "top", "text-offset": [0, 0.8], "text-allow-overlap": true }, paint: { "text-color": ["case", ["get", "stale"], token("--dim"), token("--text")], "icon-opacity": ["case", ["get", "stale"], 0.75, 1], ...halo } },
    { id: "incident-ring", type: "circle", source: "incidents", filter: ["==", ["get", "id"], -1], paint: { "circle-radius": 20, "circle-color": "rgba(0,0,0,0)", "circle-stroke-width": 3, "circle-stroke-color": token("--selected") } },
    { id: "incidents", type: "symbol", source: "incidents", layout: { ...text, "icon-image": ["get", "icon"], "icon-allow-overlap": true, "symbol-sort-key": ["-", 9, ["get", "priority"]], "text-field": ["to-string", ["get", "id"]], "text-size": 13, "text-anchor": "left", "text-offset": [1.8, 0], "text-allow-overlap": true }, paint: { "text-color": token("--text"), ...halo } },
  ];
}
