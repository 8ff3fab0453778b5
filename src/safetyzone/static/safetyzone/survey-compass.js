// Where the back of the phone looks: bearing from true north, and degrees below the horizon.

/** Degrees from true to magnetic north, east positive. Bangkok 2026: about 0.6° west (World Magnetic Model 2025, NOAA NCEI and BGS);
 *  over the whole country between about 0 and 1.2° west, which is less than the error of any phone's compass. */
export const DECLINATION_DEG = -0.6;
const FLAT = Math.cos(Math.PI / 4); // the screen lies nearer to the sky than it stands: the top edge points, not the back
const RADIANS = Math.PI / 180;

export const bearing = (deg) => ((deg % 360) + 360) % 360;

/** What a reading of the sensors means (W3C Device Orientation: Z-X'-Y'' turns, alpha against the clock, from north).
 *  Upright, the back camera points: its axis is (0, 0, -1) in the phone. Lying, the top edge does: (0, 1, 0), and there is no tilt. */
export function reading({ alpha, beta, gamma, webkitCompassHeading, webkitCompassAccuracy }) {
  const [a, b, g] = [alpha, beta, gamma].map((deg) => deg * RADIANS);
  const down = Math.cos(g) * Math.cos(b);
  const flat = Math.abs(down) > FLAT;
  const east = flat ? -Math.sin(a) * Math.cos(b) : -Math.sin(g) * Math.cos(a) - Math.cos(g) * Math.sin(b) * Math.sin(a);
  const north = flat ? Math.cos(a) * Math.cos(b) : -Math.sin(g) * Math.sin(a) + Math.cos(g) * Math.sin(b) * Math.cos(a);
  const ios = Number.isFinite(webkitCompassHeading); // alpha there does not start at north; this does, from magnetic north
  return {
    azimuth: bearing((ios ? webkitCompassHeading : Math.atan2(east, north) / RADIANS) + DECLINATION_DEG),
    accuracy: ios && webkitCompassAccuracy >= 0 ? webkitCompassAccuracy : null,
    tilt: flat ? null : Math.asin(down) / RADIANS,
  };
}

export class Compass {
  constructor(heard) {
    this.heard = heard;
    this.on = false;
    this.listen = (event) => {
      const known = Number.isFinite(event.webkitCompassHeading) || event.absolute;
      if (known && Number.isFinite(event.alpha)) this.heard(reading(event));
    };
  }

  /** Must be called from a touch: iPhones ask for leave. False: there is no compass, or no leave. */
  async start() {
    if (!("DeviceOrientationEvent" in window)) return false;
    const ask = DeviceOrientationEvent.requestPermission;
    if (ask && (await ask.call(DeviceOrientationEvent, true).catch(() => "denied")) !== "granted") return false;
    this.on = true;
    addEventListener(this.kind, this.listen);
    return true;
  }

  stop() {
    this.on = false;
    removeEventListener(this.kind, this.listen);
  }

  get kind() {
    return "ondeviceorientationabsolute" in window ? "deviceorientationabsolute" : "deviceorientation";
  }
}
