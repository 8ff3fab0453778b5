// Before and after as a swipe: a line across the map. Left of it the streets are drawn as they are seen now, right of it as they would be.
// The planner's map never turns, so the line is one of longitude and the drawing is cut there.

const STEP = 2;                    // per cent of the width, for a key

/** The part of each line west (or east) of a longitude; a line that crosses it is cut there. */
export function half(features, line, west) {
  const inside = ([lon]) => (west ? lon <= line : lon >= line);
  const kept = [];
  for (const one of features) {
    let run = [];
    const end = () => { if (run.length > 1) kept.push({ ...one, geometry: { ...one.geometry, coordinates: run } }); run = []; };
    let last = null;
    for (const point of one.geometry.coordinates) {
      if (last && inside(last) !== inside(point)) {
        const share = (line - last[0]) / (point[0] - last[0]);
        const cut = [line, last[1] + share * (point[1] - last[1])];
        run.push(cut);
        if (inside(last)) end();
      }
      if (inside(point)) run.push(point);
      last = point;
    }
    end();
  }
  return kept;
}

class MapSwipe extends HTMLElement {
  #share = 0.5;

  connectedCallback() {
    this.addEventListener("pointerdown", (event) => { this.setPointerCapture(event.pointerId); this.focus(); event.preventDefault(); });
    this.addEventListener("pointermove", (event) => { if (this.hasPointerCapture(event.pointerId)) this.#at(event.clientX); });
    this.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -10, PageUp: 10, Home: -100, End: 100 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.#set(this.#share + step / 100);
    });
  }

  /** Move with this map and its layers. */
  over(map, layers) {
    [this.map, this.layers] = [map, layers];
    map.on("move", () => { if (!this.hidden) this.#drawn(); });
  }

  show(is) {
    this.hidden = !is;
    if (is) this.#set(this.#share);
  }

  #at(x) {
    const { left, width } = this.parentElement.getBoundingClientRect();
    this.#set((x - left) / width);
  }

  #set(share) {
    this.#share = Math.min(1, Math.max(0, share));
    this.style.left = `${this.#share * 100}%`;
    this.setAttribute("aria-valuenow", Math.round(this.#share * 100));
    this.#drawn();
  }

  /** At most once a frame, however fast the hand. */
  #drawn() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.map && !this.hidden) this.layers.swipe(this.map.unproject([this.#share * this.parentElement.clientWidth, 0]).lng);
    });
  }
}

customElements.define("map-swipe", MapSwipe);
