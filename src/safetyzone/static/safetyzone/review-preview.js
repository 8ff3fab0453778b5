// The preview of the item in hand: its first camera's recording, all of it within some seconds, again and again. A look like any other.

import { PlayClock } from "./video-clock.js";
import { Recording, RecordedPlayer } from "./video-recorded.js";
import { around, next } from "./video-spans.js";
import { ticket } from "./video-tickets.js";

const TICK_MS = 50;
const REST_MS = 150;
const WHOLE_IN_S = 6;
const FASTEST = 8;
const LONGEST_MS = FASTEST * WHOLE_IN_S * 1000;

export class Preview {
  constructor(root, { url, words, why }) {
    Object.assign(this, { root, url, words, why, clock: new PlayClock(0), shown: "" });
    setInterval(() => this.tick(), TICK_MS);
  }

  /** Show an item. Whoever runs through the list with the arrows opens nothing on the way: a look begins when he rests. */
  show(item) {
    if (item?.key === this.shown) return;
    this.shown = item?.key ?? "";
    clearTimeout(this.resting);
    this.rest();
    this.resting = item && setTimeout(() => this.open(item), REST_MS);
  }

  rest() {
    this.player?.close();
    this.player = this.item = null;
    this.root.dataset.state = "";
    this.say("");
    this.root.querySelector(".who").textContent = "";
  }

  say(words) {
    this.root.querySelector(".over").textContent = words;
  }

  async open(item) {
    this.asked = performance.now();
    const camera = item.cameras[0];
    if (!camera) return this.say(this.words.no_camera);
    const ask = (from, to) => ticket(camera, { incident: item.incident, mode: "recorded", why: this.why, from_ms: from, to_ms: to });
    const recording = new Recording(camera, { url: this.url, ask });
    const video = this.root.querySelector("video");
    this.root.dataset.state = "opening";
    await recording.open(item.from_ms, Math.min(item.to_ms, item.from_ms + LONGEST_MS) + 1).catch(() => (recording.refused = { th: this.words.away, en: this.words.away }));
    if (this.shown !== item.key) return;
    this.player = new RecordedPlayer(video, recording);
    this.item = item;
    this.ends = Math.min(item.to_ms, item.from_ms + LONGEST_MS);
    this.clock = new PlayClock(around(recording.spans, item.from_ms) ? item.from_ms : next(recording.spans, item.from_ms) ?? item.from_ms);
    this.first = this.clock.now();
    this.clock.run(Math.min(FASTEST, Math.max(1, Math.ceil((this.ends - this.first) / 1000 / WHOLE_IN_S))));
    this.root.querySelector(".who").textContent = recording.viewer;
  }

  tick() {
    const { player, clock, root } = this;
    if (!player) return;
    const now = clock.now();
    player.tick(now, clock.waits ? 0 : clock.rate);
    clock.wait(player.state === "waiting");
    if (now >= this.ends || (player.state === "gap" && now > this.first)) clock.seek(this.first);
    if (player.state === "ready" && root.dataset.state !== "ready") root.dataset.tookMs = Math.round(performance.now() - this.asked);
    if (root.dataset.state === player.state) return;
    root.dataset.state = player.state;
    const refused = player.recording.refused;
    const why = document.documentElement.lang.startsWith("en") ? refused?.en : refused?.th;
    this.say(player.state === "refused" ? why : player.state === "gap" ? this.words.no_picture : "");
  }
}
