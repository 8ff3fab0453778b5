// The common time of several recordings: a wall clock of the past that runs, stands, runs backwards, and waits for pictures.

export const RATES = [1, 2, 4, 8];

export class PlayClock {
  constructor(ms) {
    Object.assign(this, { from: ms, since: 0, rate: 0, waits: false });
  }

  now() {
    return this.rate === 0 || this.waits ? this.from : this.from + (performance.now() - this.since) * this.rate;
  }

  seek(ms) {
    [this.from, this.since] = [ms, performance.now()];
  }

  run(rate) {
    this.seek(this.now());
    this.rate = rate;
  }

  /** Stand still because a picture is not there yet, and go on by ourselves. */
  wait(on) {
    if (on === this.waits) return;
    this.seek(this.now());
    this.waits = on;
  }

  /** K: stop, and go on. L: forwards, faster. J: backwards, faster. */
  pause() {
    this.run(this.rate === 0 ? 1 : 0);
  }

  faster(direction) {
    const at = RATES.indexOf(this.rate * direction);
    this.run(direction * (at < 0 ? 1 : RATES[Math.min(at + 1, RATES.length - 1)]));
  }
}
