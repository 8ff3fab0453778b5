// The ten seconds around a hit, from the camera's recording, again and again: who compares sees what came before and after the one picture.
// It is a look like any other: with a ticket, on record, and only where the officer's duty and the owner's terms let it.
import { PlayClock } from "./video-clock.js";
import { Recording, RecordedPlayer } from "./video-recorded.js";
import { ticket } from "./video-tickets.js";

const BEFORE_MS = 5000;
const AFTER_MS = 5000;
const TICK_MS = 100;
const AGAIN_MS = 3000;             // what passed a moment ago is being written: look again until the ten seconds are whole
const GIVE_UP_MS = 45_000;
const english = document.documentElement.lang === "en";
const WORDS = english
  ? { opening: "Opening the recording…", waiting: "Waiting for the recording…", gap: "Nothing was recorded at this moment.", lost: "The recordings do not answer." }
  : { opening: "กำลังเปิดภาพบันทึก…", waiting: "กำลังรอภาพบันทึก…", gap: "ไม่มีภาพบันทึกในช่วงนี้", lost: "ติดต่อระบบบันทึกภาพไม่ได้" };

class HitClip extends HTMLElement {
  connectedCallback() {
    this.from = Number(this.dataset.atMs) - BEFORE_MS;
    this.to = Number(this.dataset.atMs) + AFTER_MS;
    this.video = this.querySelector("video");
    this.words = this.querySelector("[role=status]");
    this.began = performance.now();
    const ask = (from_ms, to_ms) => ticket(this.dataset.camera, { mode: "recorded", why: this.dataset.why, from_ms: Math.round(from_ms), to_ms: Math.round(to_ms) });
    this.recording = new Recording(this.dataset.camera, { url: this.dataset.url, ask });
    this.player = new RecordedPlayer(this.video, this.recording);
    this.clock = new PlayClock(this.from);
    this.open();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    clearTimeout(this.later);
    this.player.close();
  }

  /** Ask for the span; while it is not wholly on disk yet, again in a moment. */
  async open() {
    const open = this.recording.tile?.ticket ? () => this.recording.again(() => this.recording.list()) : () => this.recording.open(this.from, this.to);
    await open().catch(() => (this.lost = true), (this.lost = false));
    if (!this.isConnected) return;
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
    if (this.clock.rate === 0) this.clock.run(1);
    const whole = this.recording.spans.some(([from, to]) => from <= this.from && to >= this.to);
    if (!whole && !this.recording.refused && performance.now() - this.began < GIVE_UP_MS) this.later = setTimeout(() => this.open(), AGAIN_MS);
    this.tick();
  }

  tick() {
    const { clock, player, recording } = this;
    player.tick(clock.now(), clock.waits ? 0 : clock.rate);
    clock.wait(player.state === "waiting" || player.state === "opening");
    if (clock.now() >= this.to || player.state === "gap") clock.seek(Math.max(this.from, recording.spans[0]?.[0] ?? this.from));
    const state = this.lost && player.state === "gap" ? "lost" : player.state;
    this.dataset.state = state;
    this.words.textContent = state === "refused" ? (english ? recording.refused.en : recording.refused.th) : WORDS[state] ?? "";
  }
}

customElements.define("hit-clip", HitClip);
