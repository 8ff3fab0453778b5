// A map that never fights the operator (pattern P5): it refits only when the SET of incidents changes, any gesture of his
// stops that, a star gives control back, and the same row twice leads back to exactly the earlier view.
const MOST_BIAS = 2;

export class ViewKeeper {
  constructor(map, key, onChange) {
    this.map = map;
    this.key = key;
    this.onChange = onChange;
    this.fitted = null;            // the set of incidents that the view was last made for
    this.earlier = null;           // the view before a row was chosen
    this.shown = null;             // the incident whose row was chosen
    const kept = this.#kept();
    this.locked = kept.locked ?? false;
    this.bias = kept.bias ?? 0;    // how much nearer or farther than the fit the operator likes it
    if (this.locked && kept.view) map.jumpTo(kept.view);
    map.on("movestart", (event) => { if (event.originalEvent) this.lock(); });
    map.on("moveend", () => this.#keep());
  }

  #kept() {
    try { return JSON.parse(localStorage.getItem(this.key)) ?? {}; } catch { return {}; }
  }

  #keep() {
    try { localStorage.setItem(this.key, JSON.stringify({ locked: this.locked, bias: this.bias, view: this.view() })); } catch { /* private window: not kept */ }
  }

  view() {
    const { lng, lat } = this.map.getCenter();
    return { center: [lng, lat], zoom: this.map.getZoom(), bearing: this.map.getBearing(), pitch: this.map.getPitch() };
  }

  lock() {
    if (this.locked) return;
    this.locked = true;
    this.#keep();
    this.onChange();
  }

  // + and −: a gesture like any other, and remembered as a liking.
  nearer(step) {
    this.bias = Math.max(-MOST_BIAS, Math.min(MOST_BIAS, this.bias + step));
    this.lock();
    this.map.easeTo({ zoom: this.map.getZoom() + step, duration: 200 });
  }

  giveBack() {
    this.locked = false;
    this.earlier = this.shown = null;
    this.fit();
    this.#keep();
    this.onChange();
  }

  // ids: of the open incidents; bounds: what should be in view. Called at every refresh; moves only for another set.
  incidents(ids, bounds) {
    this.bounds = bounds;
    const set = [...ids].sort((a, b) => a - b).join(",");
    if (set === this.fitted) return;
    this.fitted = set;
    if (!this.locked && !this.earlier) this.fit();
  }

  fit() {
    if (!this.bounds) return;
    const camera = this.map.cameraForBounds(this.bounds, { padding: 56, maxZoom: 16.5 });
    if (camera) this.map.jumpTo({ ...camera, zoom: camera.zoom + this.bias, bearing: 0, pitch: 0 });
  }

  // A row was chosen: nearer, or, chosen again, back to the very view from before.
  row(id, place) {
    if (id === this.shown && this.earlier) {
      this.map.jumpTo(this.earlier);
      this.earlier = this.shown = null;
      return;
    }
    if (!place) return;
    this.earlier ??= this.view();
    this.shown = id;
    this.map.jumpTo({ center: place, zoom: Math.max(16.5, this.map.getZoom()) });
  }
}
