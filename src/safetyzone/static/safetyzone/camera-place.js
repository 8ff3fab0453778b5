// The owner's form, helped: his place by the phone or by a tap on the map, the direction by the phone's compass.
// Without this script, or without leave for place and compass, the fields below each do the same by hand.
const WORDS = {
  th: { asking: "กำลังหาตำแหน่ง…", found: (m) => `พบตำแหน่ง คลาดเคลื่อนราว ${m} ม. ตรวจในแผนที่ได้`, refused: "โทรศัพท์ไม่ให้ตำแหน่ง แตะบนแผนที่หรือพิมพ์พิกัดแทน", tap: "แตะจุดที่กล้องติดตั้ง", none: "เครื่องนี้แสดงแผนที่ไม่ได้ กรุณาพิมพ์พิกัด", degrees: (d) => `${d}° จากทิศเหนือ`, compass: "โทรศัพท์นี้ไม่มีเข็มทิศ เลือกลูกศรแทน" },
  en: { asking: "Looking for your place…", found: (m) => `Found, within about ${m} m; check it on the map`, refused: "The phone gives no place: tap the map or type it", tap: "Tap where the camera hangs", none: "This device cannot draw the map: type the place", degrees: (d) => `${d}° from north`, compass: "This phone has no compass: choose an arrow" },
};
const words = WORDS[document.documentElement.lang === "en" ? "en" : "th"];
const place = document.getElementById("place");
const azimuth = document.getElementById("azimuth");
const arrows = [...document.querySelectorAll("[name=arrow]")];
const COMPASS_WAIT_MS = 3000;

const typed = () => place.value.split(/[,\s]+/).map(Number).filter(Number.isFinite);

class CameraPlace extends HTMLElement {
  connectedCallback() {
    this.said = this.querySelector("[data-said]");
    const here = this.querySelector("[data-here]");
    here.hidden = !("geolocation" in navigator);
    here.addEventListener("click", () => this.#here());
    const show = this.querySelector("[data-map]");
    show.hidden = false;
    show.addEventListener("click", () => this.#map().catch(() => { this.said.textContent = words.none; }));
    place.addEventListener("change", () => this.#mark());
  }

  #here() {
    this.said.textContent = words.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.#set(coords.latitude, coords.longitude);
        this.said.textContent = words.found(Math.round(coords.accuracy));
      },
      () => { this.said.textContent = words.refused; },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 },
    );
  }

  #set(lat, lon) {
    place.value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
    this.#mark();
  }

  #mark() {
    const [lat, lon] = typed();
    if (!this.map || lat === undefined || lon === undefined) return;
    this.marker.setLngLat([lon, lat]).addTo(this.map);
    this.map.jumpTo({ center: [lon, lat], zoom: Math.max(16, this.map.getZoom()) });
  }

  // Loaded only when asked for: a phone on a poor line can do without.
  async #map() {
    if (this.map) return;
    const [maplibregl, { Protocol }, { cityStyle, FONT }, about] = await Promise.all([
      import("maplibre-gl"), import("pmtiles"), import("./map-style.js"),
      fetch(this.getAttribute("base")).then((answer) => answer.json()),
    ]);
    const sheet = document.head.appendChild(document.createElement("link"));
    sheet.rel = "stylesheet";
    sheet.href = new URL("../vendor/maplibre-gl/maplibre-gl.css", import.meta.url).href;
    maplibregl.addProtocol("pmtiles", new Protocol().tile);
    const box = this.appendChild(document.createElement("div"));
    box.className = "canvas";
    const [lat, lon] = typed();
    const centre = lat === undefined || lon === undefined ? [Number(this.dataset.lon), Number(this.dataset.lat)] : [lon, lat];
    this.map = new maplibregl.Map({
      container: box, center: centre, zoom: 16, minZoom: 11, maxZoom: 19, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      style: cityStyle({ tiles: new URL(about.tiles, location.href).href, credit: about.credit, theme: "light", language: document.documentElement.lang }),
      localFontFamily: FONT,
    });
    this.map.touchZoomRotate.disableRotation();
    this.marker = new maplibregl.Marker();
    this.map.on("click", ({ lngLat }) => this.#set(lngLat.lat, lngLat.lng));
    this.map.once("load", () => { this.dataset.drawn = ""; });
    this.said.textContent = words.tap;
    this.#mark();
  }
}

class CameraCompass extends HTMLElement {
  connectedCallback() {
    this.said = this.querySelector("[data-said]");
    const button = this.querySelector("[data-compass]");
    button.hidden = !("DeviceOrientationEvent" in window) || !matchMedia("(pointer: coarse)").matches;
    button.addEventListener("click", () => this.#ask());
    for (const arrow of arrows) arrow.addEventListener("change", () => { azimuth.value = ""; });
    azimuth.addEventListener("input", () => this.#nearest());
  }

  async #ask() {
    try {
      if (DeviceOrientationEvent.requestPermission && (await DeviceOrientationEvent.requestPermission()) !== "granted") throw new Error("no");
      this.#set(await this.#heading());
    } catch {
      this.said.textContent = words.compass;
    }
  }

  // One reading that knows where north is: Safari says it itself, others in the absolute event.
  #heading() {
    return new Promise((resolve, reject) => {
      const hear = (event) => {
        const north = event.webkitCompassHeading ?? (event.absolute && event.alpha !== null ? 360 - event.alpha : null);
        if (north === null) return;
        stop();
        resolve(north);
      };
      const stop = () => { clearTimeout(late); for (const name of NAMES) removeEventListener(name, hear); };
      const NAMES = ["deviceorientationabsolute", "deviceorientation"];
      const late = setTimeout(() => { stop(); reject(new Error("no compass")); }, COMPASS_WAIT_MS);
      for (const name of NAMES) addEventListener(name, hear);
    });
  }

  #set(degrees) {
    azimuth.value = String(Math.round(degrees) % 360);
    this.said.textContent = words.degrees(azimuth.value);
    this.#nearest();
  }

  #nearest() {
    const degrees = Number(azimuth.value);
    if (!azimuth.value || !Number.isFinite(degrees)) return;
    const nearest = String((((Math.round(degrees / 45) % 8) + 8) % 8) * 45);
    for (const arrow of arrows) arrow.checked = arrow.value === nearest;
  }
}

customElements.define("camera-place", CameraPlace);
customElements.define("camera-compass", CameraCompass);
