// One camera's form: the dial, the compass, and what was not measured stays empty.

import { Compass, bearing } from "./survey-compass.js";
import { smaller } from "./survey-photo.js";

const GOOD_FIX_M = 25; // as the register takes it: survey_rules.BEST_FIX_M
const SEEN = ["azimuth_deg", "tilt_deg", "height_m", "lon", "lat"];

export class Form {
  /** `where()` is the last fix or null; `near()` the buttons of cameras of the register close by; `choose(code)` opens one of them;
   *  `save(survey)` keeps a survey; `back()` leaves the form. */
  constructor({ frame, words, where, near, choose, save, back }) {
    Object.assign(this, { frame, words, where, near, choose, save, back });
    this.find = (name) => frame.querySelector(`[data-${name}]`);
    this.form = this.find("form");
    this.compass = new Compass((read) => this.heard(read));
    this.button = this.find("compass");
    this.start = this.button.textContent;
    this.accuracy = null;
    this.busy = false; // a double tap is one survey
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.busy) return;
      this.busy = true;
      this.submit().finally(() => { this.busy = false; });
    });
    this.find("known").addEventListener("click", (event) => {
      const code = event.target.closest("button")?.dataset.code;
      if (code) this.choose(code);
    });
    this.find("back").addEventListener("click", () => { this.hold(); this.back(); });
    this.button.addEventListener("click", () => (this.compass.on ? this.hold() : this.listen()));
    this.form.azimuth_deg.addEventListener("input", () => { this.accuracy = null; this.draw(); });
    this.find("dial").addEventListener("pointerdown", (event) => this.turn(event));
    this.find("dial").addEventListener("pointermove", (event) => { if (event.buttons) this.turn(event); });
  }

  /** A camera that is not in the register: what is measured is proposed, with the place where the person stands. */
  openNew() {
    this.clear(null, this.words["new-camera"]);
    this.find("about").textContent = "";
    this.placed();
    this.find("name").focus();
  }

  clear(camera, name) {
    this.hold();
    this.camera = camera;
    this.accuracy = null;
    this.form.reset();
    this.say("");
    this.find("name").textContent = name;
    for (const part of this.frame.querySelectorAll("[data-only-new]")) part.hidden = camera !== null;
    for (const part of this.frame.querySelectorAll("[data-not-new]")) part.hidden = camera === null;
    this.find("was").toggleAttribute("hidden", camera === null);
    this.find("near-known").hidden = true;
    this.draw();
  }

  open(camera, name) {
    this.clear(camera, name);
    const { code, pole_mark: mark, azimuth_deg: azimuth, tilt_deg: tilt, height_m: height } = camera;
    const register = `${this.words.register} ${azimuth}° · ${tilt}° · ${height} ${this.words.metres}`;
    this.find("about").textContent = [code, mark, register].filter(Boolean).join(" · ");
    this.find("was").setAttribute("transform", `rotate(${azimuth} 100 100)`);
    this.placed();
    this.find("name").focus();
  }

  say(text) {
    this.find("reading").textContent = text;
  }

  placed() {
    const fix = this.where();
    const said = fix ? `(±${Math.round(fix.accuracy_m)} ${this.words.metres})` : "";
    this.find("fix").textContent = said;
    if (this.camera !== null) return;
    this.find("fix-new").textContent = said;
    const known = this.near();
    this.find("near-known").hidden = known.length === 0;
    this.find("known").replaceChildren(...known);
  }

  draw() {
    const given = this.form.azimuth_deg.value;
    this.find("now").toggleAttribute("hidden", given === "");
    if (given !== "") this.find("now").setAttribute("transform", `rotate(${bearing(Number(given))} 100 100)`);
  }

  turn(event) {
    if (this.compass.on) this.hold();
    const box = this.find("dial").getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    this.form.azimuth_deg.value = Math.round(bearing((Math.atan2(x, -y) * 180) / Math.PI)) % 360;
    this.accuracy = null;
    this.draw();
  }

  async listen() {
    if (!(await this.compass.start())) return this.say(this.words["no-compass"]);
    this.button.textContent = this.button.dataset.hold;
    this.quiet = setTimeout(() => { this.hold(); this.say(this.words["no-compass"]); }, 3000); // some phones never send a reading
    return null;
  }

  heard({ azimuth, accuracy, tilt }) {
    clearTimeout(this.quiet);
    this.form.azimuth_deg.value = Math.round(azimuth) % 360;
    if (tilt !== null && this.find("with-tilt").checked) this.form.tilt_deg.value = Math.round(tilt);
    this.accuracy = accuracy;
    this.say(accuracy === null ? "" : `±${Math.round(accuracy)}°`);
    this.draw();
  }

  hold() {
    clearTimeout(this.quiet);
    if (this.compass.on) this.compass.stop();
    this.button.textContent = this.start;
  }

  async submit() {
    this.hold();
    const fix = this.where();
    const isNew = this.camera === null;
    const place = isNew || this.form.place.checked;
    if (place && !(fix?.accuracy_m <= GOOD_FIX_M)) return this.refuse(this.words["poor-place"]);
    const photos = {};
    for (const shows of ["view", "mount"]) {
      const [file] = this.form[shows].files;
      if (!file) continue;
      try {
        photos[shows] = await smaller(file);
      } catch {
        return this.refuse(`${this.words["bad-photo"]}: ${file.name}`);
      }
    }
    const number = (name) => (this.form[name].value === "" ? null : Number(this.form[name].value));
    const measured = {
      azimuth_deg: number("azimuth_deg"), azimuth_accuracy_deg: this.accuracy, tilt_deg: number("tilt_deg"), height_m: number("height_m"),
      ...(place ? fix : {}),
    };
    return this.save({
      id: newId(), made_at: new Date().toISOString(), measured, condition: this.form.condition.value, note: this.form.note.value.trim(),
      photos, ...(isNew ? { new: this.found() } : this.known()),
    });
  }

  found() {
    const { new_name: name, new_mark: mark, new_owner: owner, new_kind: kind } = this.form;
    return { name: name.value.trim(), pole_mark: mark.value.trim(), owner: owner.value.trim(), kind: kind.value };
  }

  known() {
    const seen = Object.fromEntries(SEEN.map((name) => [name, this.camera[name]]));
    return { camera: this.camera.code, base_version: this.camera.version, seen };
  }

  refuse(text) {
    this.say(text);
    this.find("reading").scrollIntoView({ block: "center" });
  }
}

/** A UUID also where the page came without TLS, as on a station's own network. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
