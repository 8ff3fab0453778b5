// Where this phone is: shared while the officer's own switch is on and the unit is on duty, and never else.

const KEPT = "patrol.sharing";
const SEND_EVERY_MS = 5000;

export class Place {
  /** `sent()` is called when the server knows more than the page shows. */
  constructor({ csrf, callSign, sent }) {
    Object.assign(this, { csrf, callSign, sent });
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
      // Whether the desk sees him the server knows and has written; only what the phone itself forbids is said here.
      if (this.denied) box.querySelector("[data-place-words]").textContent = box.dataset.denied;
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
    }).then(this.sent, () => {});
  }
}
