// Where this phone is: shared while the officer's own switch is on and the unit is on duty, and never else.

const KEPT = "patrol.sharing";
const SEND_EVERY_MS = 5000;

export class Place {
  constructor({ csrf, callSign }) {
    Object.assign(this, { csrf, callSign });
    this.watch = null;
    this.sentAt = 0;
    this.denied = false;
  }

  get wanted() {
    return localStorage.getItem(KEPT) === "on";
  }

  /** The page was drawn anew: follow the switch and the duty. */
  draw(root, duty) {
    const box = root.querySelector("[data-place]");
    if (box && "geolocation" in navigator) {
      box.hidden = false;
      const button = box.querySelector("button");
      button.setAttribute("aria-checked", String(this.wanted && !this.denied));
      const words = box.querySelector("[data-place-words]");
      if (this.denied) words.textContent = box.dataset.denied;
      else if (!this.wanted) words.textContent = box.dataset.not;
    }
    if (duty && duty !== "off" && this.wanted) this.start();
    else this.stop();
  }

  toggle() {
    const on = !this.wanted;
    this.denied = false;
    localStorage.setItem(KEPT, on ? "on" : "off");
    if (!on) this.post({ sharing: false });
  }

  start() {
    if (this.watch !== null || !("geolocation" in navigator)) return;
    this.watch = navigator.geolocation.watchPosition(
      (fix) => this.found(fix),
      (error) => {
        this.denied = error.code === error.PERMISSION_DENIED;
        if (this.denied) this.stop();
      },
      { enableHighAccuracy: true, maximumAge: 2000 },
    );
  }

  stop() {
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = null;
  }

  found({ coords, timestamp }) {
    if (Date.now() - this.sentAt < SEND_EVERY_MS) return;
    this.sentAt = Date.now();
    this.post({
      lon: coords.longitude,
      lat: coords.latitude,
      accuracy_m: coords.accuracy,
      age_s: Math.min(3600, Math.max(0, (Date.now() - timestamp) / 1000)),
    });
  }

  /** An unsent position is not kept: the next one says more. */
  post(body) {
    fetch("/patrol/position", {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.csrf() },
      body: JSON.stringify({ call_sign: this.callSign(), ...body }),
    }).catch(() => {});
  }
}
