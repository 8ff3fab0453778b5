// One camera's recording in one <video>: asks the video program for the pieces of a ticket and keeps the element at the common time.
// The media time of every fragment is the wall clock in seconds since 1 January 2026 UTC, so nothing has to be shifted.

import { around, joined } from "./video-spans.js";

export const EPOCH_MS = 1_767_225_600_000;
const PART_MS = 10_000;
const AHEAD_MS = 15_000;
const STILL_MS = 400;
const BEHIND_S = 60;
const MOST_HELD_S = 240;
const APART_S = 0.3;
const LISTED_AGAIN_MS = 5_000;
const PULL = 1.2;

const seconds = (ms) => (ms - EPOCH_MS) / 1000;
const decoder = new TextDecoder("latin1");

/** Where each frame of a part begins, in ms of UTC: a fragment holds one frame. */
export function framesOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [at, scale] = [0, 90_000];
  const found = [];
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at);
    const kind = decoder.decode(bytes.subarray(at + 4, at + 8));
    if (length < 8) break;
    if (kind === "moov") {
      const head = at + decoder.decode(bytes.subarray(at, at + length)).indexOf("mdhd");
      scale = view.getUint32(head + (view.getUint8(head + 4) ? 24 : 16));
    } else if (kind === "moof") {
      const head = at + decoder.decode(bytes.subarray(at, at + length)).indexOf("tfdt");
      const tick = view.getUint8(head + 4) ? Number(view.getBigUint64(head + 8)) : view.getUint32(head + 8);
      found.push(EPOCH_MS + (tick * 1000) / scale);
    }
    at += length;
  }
  return found;
}

/** The codec of a part's init, where it says so plainly (H.264); else what the list of pieces said. */
function codecOf(bytes, otherwise) {
  const at = decoder.decode(bytes.subarray(0, 4096)).indexOf("avcC");
  if (at < 0) return otherwise;
  return `avc1.${[...bytes.subarray(at + 5, at + 8)].map((one) => one.toString(16).padStart(2, "0")).join("")}`;
}

/** What is recorded of one camera within the span of a ticket. ``ask(from, to)`` gives a ticket's tile, or why not. */
export class Recording {
  constructor(camera, { url, ask }) {
    Object.assign(this, { camera, url, ask, pieces: [], spans: [], refused: null, viewer: "", codec: "", from: 0, to: 0, listedAt: 0 });
  }

  /** Show a ticket for this span and learn the pieces. A refusal is kept to be shown, not thrown. */
  async open(from, to) {
    Object.assign(this, { from, to, refused: null });
    this.tile = await this.ask(from, to);
    if (!this.tile?.ticket) {
      this.refused = { th: this.tile?.why_th ?? "", en: this.tile?.why_en ?? "" };
      [this.pieces, this.spans] = [[], []];
      return;
    }
    await this.list();
  }

  async list() {
    this.listedAt = performance.now();
    const answer = await fetch(`${this.url}/recorded?ticket=${encodeURIComponent(this.tile.ticket)}`, { credentials: "include" });
    if (!answer.ok) throw Object.assign(new Error("no list"), { status: answer.status });
    const said = await answer.json();
    Object.assign(this, { pieces: said.pieces, codec: said.codec, viewer: said.viewer ?? "" });
    this.spans = joined(said.pieces.map((piece) => [piece.from_ms, piece.from_ms + piece.ms]));
  }

  /** The open piece grows while we watch: look again when we come near the end of what we know. */
  async follow(ms) {
    const end = this.pieces.length ? this.pieces.at(-1).from_ms + this.pieces.at(-1).ms : this.from;
    if (!this.tile?.ticket || ms < end - AHEAD_MS || end >= this.to || performance.now() - this.listedAt < LISTED_AGAIN_MS) return false;
    await this.again(() => this.list());
    return true;
  }

  /** A look that rested a minute is over: the next thing asked for is a new look, with a ticket of its own. */
  async again(what) {
    try {
      return await what();
    } catch (no) {
      if (no.status !== 403) throw no;
      this.tile = await this.ask(this.from, this.to);
      if (!this.tile?.ticket) {
        this.refused = { th: this.tile?.why_th ?? "", en: this.tile?.why_en ?? "" };
        throw no;
      }
      return what();
    }
  }

  piece(ms) {
    return this.pieces.find((piece) => piece.from_ms <= ms && ms < piece.from_ms + piece.ms) ?? null;
  }

  async part(piece, from, to, signal) {
    return this.again(async () => {
      const at = `${this.url}/recorded/${encodeURIComponent(piece.name)}?ticket=${encodeURIComponent(this.tile.ticket)}&from_ms=${Math.floor(from)}&to_ms=${Math.ceil(to)}`;
      const answer = await fetch(at, { credentials: "include", signal });
      if (!answer.ok) throw Object.assign(new Error("no part"), { status: answer.status });
      return new Uint8Array(await answer.arrayBuffer());
    });
  }
}

/** Keeps one <video> at the common time. ``state``: opening, ready, waiting, gap, refused or lost. */
export class RecordedPlayer {
  constructor(video, recording) {
    Object.assign(this, { video, recording, state: "opening", frames: [], drift_ms: 0, asking: null, asked: null, codec: "", failed: 0 });
    Object.assign(video, { muted: true, playsInline: true, disableRemotePlayback: true });
    this.attach();
  }

  attach() {
    this.source = new MediaSource();
    [this.buffer, this.frames] = [null, []];
    this.source.addEventListener("sourceopen", () => (this.source.duration = seconds(Date.now()) + 366 * 86_400), { once: true });
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.src = URL.createObjectURL(this.source);
  }

  close() {
    this.asking?.abort();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Bring the element to this moment. ``rate`` 0: a still picture; below 0: backwards, picture by picture. */
  tick(ms, rate, hurry = false) {
    this.look(ms, rate);
    if (this.recording.refused) return this.become("refused");
    const span = around(this.recording.spans, ms);
    if (!span) return this.rest("gap");
    const want = seconds(ms);
    const held = this.holds(want);
    if (!held) return this.rest(this.failed > 2 ? "lost" : "waiting", want);
    if (this.video.error) this.attach();
    if (rate > 0) this.run(want, rate);
    else this.stand(want, hurry);
    this.become("ready");
  }

  run(want, rate) {
    const video = this.video;
    const drift = video.currentTime - want;
    this.drift_ms = drift * 1000;
    if (Math.abs(drift) > APART_S * Math.max(1, rate)) {
      if (!video.seeking) video.currentTime = want;
    } else video.playbackRate = Math.min(16, Math.max(0.0625, rate * (1 - Math.max(-0.5, Math.min(0.5, (drift * PULL) / Math.max(1, rate))))));
    if (video.paused) video.play().catch(() => {});
  }

  stand(want) {
    const video = this.video;
    if (!video.paused) video.pause();
    this.drift_ms = (video.currentTime - want) * 1000;
    if (Math.abs(this.drift_ms) > 1 && !video.seeking) video.currentTime = want;
  }

  rest(state) {
    if (!this.video.paused) this.video.pause();
    this.drift_ms = 0;
    this.become(state);
  }

  become(state) {
    this.state = state;
  }

  holds(want) {
    const ranges = this.video.buffered;
    for (let n = 0; n < ranges.length; n++) if (ranges.start(n) - 0.05 <= want && want < ranges.end(n) - 0.01) return true;
    return false;
  }

  /** The first moment from here on that is recorded and not held yet, within what playing needs. */
  missing(ms, rate) {
    const direction = rate < 0 ? -1 : 1;
    const reach = rate === 0 ? STILL_MS : AHEAD_MS * Math.max(1, Math.abs(rate));
    if (direction < 0) {
      for (let at = ms; at > ms - reach; at -= 1000) if (this.recording.piece(at) && !this.holds(seconds(at))) return at;
      return null;
    }
    for (const piece of this.recording.pieces) {
      if (piece.from_ms + piece.ms <= ms || piece.from_ms > ms + reach) continue;
      let at = Math.max(ms, piece.from_ms);
      const end = Math.min(ms + reach, piece.from_ms + piece.ms - 60);
      while (at < end) {
        const held = this.heldUntil(seconds(at) + 0.02);
        if (held === null) return at;
        at = EPOCH_MS + held * 1000 + 20;
      }
    }
    return null;
  }

  heldUntil(want) {
    const ranges = this.video.buffered;
    for (let n = 0; n < ranges.length; n++) if (ranges.start(n) - 0.05 <= want && want < ranges.end(n)) return ranges.end(n);
    return null;
  }

  /** Fetch what is needed next; what is under way and no longer needed is broken off. */
  look(ms, rate) {
    this.recording.follow(ms).catch(() => {});
    if (this.recording.refused || this.source.readyState !== "open") return;
    const at = this.missing(ms, rate);
    if (at === null) return;
    if (this.asked && (this.asked[0] - 1 <= at && at < this.asked[1])) return;
    if (this.failed && performance.now() < this.retryAt) return;
    this.asking?.abort();
    this.fetch(at, rate);
  }

  async fetch(ms, rate) {
    const piece = this.recording.piece(ms);
    if (!piece) return;
    const asking = (this.asking = new AbortController());
    const length = rate === 0 ? STILL_MS : PART_MS * Math.max(1, Math.abs(rate));
    const from = rate < 0 ? Math.max(piece.from_ms, ms - length) : ms;
    const to = Math.min(piece.from_ms + piece.ms, rate < 0 ? ms + 500 : ms + length);
    const asked = (this.asked = [from, to]);
    try {
      const bytes = await this.recording.part(piece, from, to, asking.signal);
      if (bytes.length) await this.append(bytes);
      this.failed = 0;
      // A part that gave less than it was asked for would be asked for again and again.
      if (!this.holds(seconds(ms) + 0.02)) this.later(1000);
    } catch (no) {
      if (no.name !== "AbortError") this.later(1000 * 2 ** Math.min(4, this.failed));
    } finally {
      if (this.asked === asked) this.asked = null;
    }
  }

  later(inMs) {
    this.failed += 1;
    this.retryAt = performance.now() + inMs;
  }

  /** One after the other: a part that came late must not meet the next one in the buffer. */
  append(bytes) {
    this.putting = (this.putting ?? Promise.resolve()).catch(() => {}).then(() => this.put(bytes));
    return this.putting;
  }

  async put(bytes) {
    const type = `video/mp4; codecs="${codecOf(bytes, this.recording.codec)}"`;
    if (!this.buffer) {
      this.buffer = this.source.addSourceBuffer(type);
      this.codec = type;
    } else if (type !== this.codec) {
      await this.quiet();
      this.buffer.changeType(type);
      this.codec = type;
    }
    await this.makeRoom();
    await this.quiet();
    this.buffer.appendBuffer(bytes);
    await this.quiet();
    const before = new Set(this.frames);
    this.frames = [...this.frames, ...framesOf(bytes).filter((at) => !before.has(at))].sort((one, other) => one - other);
  }

  async makeRoom() {
    const ranges = this.video.buffered;
    let held = 0;
    for (let n = 0; n < ranges.length; n++) held += ranges.end(n) - ranges.start(n);
    if (held < MOST_HELD_S) return;
    const now = this.video.currentTime;
    for (const [from, to] of [[0, now - BEHIND_S], [now + MOST_HELD_S / 2, this.source.duration]]) {
      if (to <= from) continue;
      await this.quiet();
      this.buffer.remove(Math.max(0, from), to);
    }
    await this.quiet();
    this.frames = this.frames.filter((at) => this.heldUntil(seconds(at) + 0.001) !== null);
  }

  quiet() {
    return this.buffer.updating ? new Promise((done) => this.buffer.addEventListener("updateend", done, { once: true })) : null;
  }

  /** The frame after (or before) a moment, in ms; null when it is not held. */
  frame(ms, forward) {
    const found = forward ? this.frames.find((at) => at > ms + 1) : this.frames.filter((at) => at < ms - 2).at(-1);
    return found === undefined ? null : Math.ceil(found) + 1;
  }
}
