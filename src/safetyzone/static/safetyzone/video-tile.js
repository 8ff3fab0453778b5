// <video-tile>: one camera's picture. Live through the window's channel, played by Media Source Extensions; `L` shows the half minute before.
// What is on it is said in words: who watches, why this camera, how old the picture is, and why there is none.

import { ours, recordings } from "./video-channel.js";
import { slewDeed, ticket as askTicket } from "./video-tickets.js";
import { PlayClock } from "./video-clock.js";
import { Recording, RecordedPlayer } from "./video-recorded.js";
import { drawn, strained } from "./video-strain.js";

const [INIT, KEY] = [0, 1];
const EPOCH_MS = 1_767_225_600_000;
const LATE_S = 1.5; // behind the newest picture: run a little faster
const JUMP_S = 4; // further behind: leave out what is old
const EDGE_S = 0.15;
const KEEP_S = 20;
const OLD_MS = 4000;
const LOOP_MS = 30_000;
const english = document.documentElement.lang === "en";
const say = (th, en) => (english ? en : th);
const TIME = new Intl.DateTimeFormat(english ? "en-GB" : "th-TH-u-nu-latn", { timeZone: "Asia/Bangkok", dateStyle: "short", timeStyle: "medium", hour12: false });
const stationName = () => document.querySelector("[data-station-name]")?.dataset.stationName ?? document.querySelector(".room-top .name")?.textContent ?? "";
const playback = () => document.querySelector('meta[name="playback-url"]')?.content; // none for who may not see recordings
const MOST_TOGETHER = 16; // response.review.views.edge.MOST_CAMERAS
const WORDS = {
  opening: () => say("กำลังเปิดภาพ", "opening"),
  lost: () => say("ไม่มีภาพ", "no picture"),
  closed: () => say("ปิดภาพแล้ว", "closed"),
  refused: () => say("เปิดภาพไม่ได้", "may not be opened"),
  unsupported: () => say("เบราว์เซอร์นี้เปิดภาพแบบนี้ไม่ได้", "this browser cannot show this kind of picture"),
};

class VideoTile extends HTMLElement {
  connectedCallback() {
    if (this.built) return this.open();
    this.built = true;
    this.tabIndex = 0;
    this.innerHTML =
      '<video class="live" muted playsinline disableremoteplayback disablepictureinpicture></video><video class="loop" muted playsinline disablepictureinpicture hidden></video>' +
      '<p class="who"></p><p class="age" hidden></p><p class="state" role="status"></p><p class="name"><b></b> <span></span></p>';
    [this.video, this.loopVideo] = this.querySelectorAll("video");
    if (playback()) this.#lookBackButton();
    this.video.addEventListener("error", () => this.#again());
    this.addEventListener("dblclick", () => (document.fullscreenElement === this ? document.exitFullscreen() : this.requestFullscreen().catch(() => {})));
    this.addEventListener("keydown", (event) => this.#key(event));
    for (const [name, lit] of [["mouseenter", true], ["mouseleave", false], ["focus", true], ["blur", false]])
      this.addEventListener(name, () => document.dispatchEvent(new CustomEvent("safetyzone:light", { detail: { camera: lit ? this.camera : "" } })));
    this.#caption();
    this.open();
  }

  disconnectedCallback() {
    this.close();
  }

  connectedMoveCallback() {} // moved within the page, it plays on

  get camera() {
    return this.dataset.camera ?? "";
  }

  /** Show this camera. `tile` is the web's answer: names, reasons and, where it may be opened, a ticket. */
  show(tile, { incident = "", mode = "live", small = false } = {}) {
    this.close();
    this.tile = tile;
    this.dataset.camera = tile.camera;
    if (incident) this.dataset.incident = incident;
    this.mode = mode;
    this.small = small; // shown small, the camera's small stream is enough
    if (this.isConnected && this.built) (this.#caption(), this.open());
  }

  async open() {
    if (this.number !== undefined || !this.tile || !this.isConnected) return;
    this.channel = ours();
    if (!this.channel) return;
    const ticket = this.tile.ticket;
    this.tile = { ...this.tile, ticket: null }; // a ticket opens one look
    if (ticket) return this.#begin(ticket);
    if (this.tile.refused) return;
    const answer = await askTicket(this.camera, { incident: this.dataset.incident ?? null });
    if (this.number !== undefined || !this.isConnected) return;
    if (answer.ticket) this.#begin(answer.ticket);
    else this.said({ state: answer.lost ? "lost" : "refused", th: answer.why_th || answer.terms_th, en: answer.why_en || answer.terms_en });
  }

  #begin(ticket) {
    this.askedAt = performance.now();
    performance.mark(`video-open:${this.camera}`);
    this.#source();
    this.number = this.channel.open(this, ticket, this.#wanted(), this.small);
    this.timer ??= setInterval(() => this.#everySecond(), 1000);
  }

  close() {
    if (this.number !== undefined) this.channel?.close(this.number);
    this.channel?.forget(this);
    this.number = undefined;
    clearInterval(this.timer);
    this.timer = undefined;
    this.#forget();
  }

  /** No picture stays: whoever took his camera away is not looked at any longer, and not half a minute back. */
  #forget() {
    this.#endLoop();
    if (this.media) (URL.revokeObjectURL(this.video.src), this.video.removeAttribute("src"), this.video.load());
    this.media = this.buffer = null;
    this.waiting = [];
    this.shown = false;
    this.newest = 0;
    delete this.dataset.shown;
  }

  /** In a window that nobody sees, one picture a minute. */
  #wanted() {
    return document.hidden ? "quiet" : (this.mode ?? "live");
  }

  seen() {
    if (this.number !== undefined) this.channel.mode(this.number, this.#wanted());
  }

  // ------------------------------------------------------------------ what the channel says

  said(message) {
    this.facts = { ...this.facts, ...message };
    this.dataset.state = message.state;
    if (message.viewer) this.viewer = message.viewer;
    if (message.codec && !this.buffer) this.#codec(message.codec);
    if (message.state === "refused" || message.state === "closed") {
      this.number = undefined;
      this.loopTicket = null;
      this.#forget();
      this.#everySecond();
    }
    this.#caption();
  }

  cut() {
    this.number = undefined;
    this.said({ state: "lost", th: "ขาดการเชื่อมต่อ", en: "the line is lost", why: "" });
  }

  again() {
    if (this.isConnected) this.open();
  }

  part(kind, ms, bytes) {
    if (kind === INIT) this.inits = (this.inits ?? 0) + 1;
    if (kind === INIT || kind === KEY || this.waiting.length < 600) this.waiting.push(bytes);
    this.newest = ms;
    this.#feed();
  }

  // ------------------------------------------------------------------ the picture

  #source() {
    if (this.media) URL.revokeObjectURL(this.video.src); // the line came back: what it had shown before is let go
    this.media = new MediaSource();
    this.buffer = null;
    this.waiting = [];
    const media = this.media;
    media.addEventListener("sourceopen", () => {
      if (media === this.media && this.facts?.codec) this.#codec(this.facts.codec);
    });
    this.video.src = URL.createObjectURL(media);
    this.video.requestVideoFrameCallback?.(() => this.#first());
    if (this.mode !== "quiet") this.video.play().catch(() => {});
  }

  #codec(codec) {
    if (this.buffer || this.media?.readyState !== "open") return;
    const type = `video/mp4; codecs="${codec}"`;
    if (!MediaSource.isTypeSupported(type)) {
      const name = codec.startsWith("hvc1") ? "H.265" : codec;
      return this.said({ state: "unsupported", codec: "", th: `กล้องส่งภาพแบบ ${name} ซึ่งเบราว์เซอร์นี้ไม่รู้จัก`, en: `the camera sends ${name}, which this browser does not know` });
    }
    this.buffer = this.media.addSourceBuffer(type);
    this.buffer.addEventListener("updateend", () => (this.#place(), this.#feed()));
    this.#feed();
  }

  #feed() {
    if (!this.buffer || this.buffer.updating || !this.waiting.length || this.media.readyState !== "open") return;
    const length = this.waiting.reduce((sum, part) => sum + part.length, 0);
    const joined = new Uint8Array(length);
    let at = 0;
    for (const part of this.waiting) (joined.set(part, at), (at += part.length));
    this.waiting = [];
    try {
      this.buffer.appendBuffer(joined);
    } catch (no) {
      if (no.name === "QuotaExceededError") this.#trim(2);
      else this.#again();
    }
  }

  /** Stay at the newest picture: the first at once, then a little faster or a jump where it fell behind. */
  #place() {
    const { video, buffer } = this;
    if (!buffer?.buffered.length) return;
    const [begin, end] = [buffer.buffered.start(buffer.buffered.length - 1), buffer.buffered.end(buffer.buffered.length - 1)];
    const behind = end - video.currentTime;
    if (video.currentTime < begin || behind < -1) video.currentTime = this.shown ? Math.max(begin, end - EDGE_S) : begin;
    else if (this.shown && behind > JUMP_S) video.currentTime = end - EDGE_S;
    if (this.dataset.state === "quiet") video.currentTime = Math.max(begin, end - 0.05);
    else {
      video.playbackRate = this.shown && behind > LATE_S ? 1.15 : 1;
      if (video.paused) video.play().catch(() => {});
    }
    if (end - begin > KEEP_S * 2) this.#trim(KEEP_S);
  }

  #trim(keep) {
    const { buffer, video } = this;
    if (buffer.updating || !buffer.buffered.length) return;
    const until = Math.min(video.currentTime, buffer.buffered.end(buffer.buffered.length - 1)) - keep;
    if (until > buffer.buffered.start(0)) buffer.remove(0, until);
  }

  #first() {
    const ms = performance.now() - this.askedAt;
    this.shown = true;
    this.dataset.shown = "";
    performance.mark(`video-first-frame:${this.camera}`);
    this.dispatchEvent(new CustomEvent("video-first-frame", { bubbles: true, detail: { camera: this.camera, ms } }));
    const { buffer, video } = this;
    if (buffer?.buffered.length && this.dataset.state !== "quiet") {
      const end = buffer.buffered.end(buffer.buffered.length - 1);
      if (end - video.currentTime > LATE_S) video.currentTime = end - EDGE_S; // the first picture was shown; now the newest
    }
  }

  /** The decoder gave up, or the buffer is broken: begin anew with a new look. */
  #again() {
    if (this.number === undefined || this.restarting) return;
    this.restarting = true;
    setTimeout(() => {
      this.restarting = false;
      if (!this.isConnected) return;
      this.close();
      this.open();
    }, 1000);
  }

  // ------------------------------------------------------------------ the half minute before

  async loop(ticket, from = Date.now() - LOOP_MS, to = Date.now()) {
    this.loopTicket = ticket;
    this.loopSpan = [from, to];
  }

  async playLoop() {
    if (!this.loopTicket && !this.loopPlayer) return;
    let given = this.loopTicket;
    this.loopTicket = null;
    const ask = async (from_ms, to_ms) => {
      const once = given;
      given = null;
      return once ? { ticket: once } : askTicket(this.camera, { incident: this.dataset.incident ?? null, mode: "recorded", from_ms: Math.round(from_ms), to_ms: Math.round(to_ms) });
    };
    const [from, to] = this.loopSpan;
    const recording = new Recording(this.camera, { url: recordings(), ask });
    this.loopVideo.hidden = false;
    this.loopPlayer = new RecordedPlayer(this.loopVideo, recording);
    this.loopClock = new PlayClock(from);
    await recording.open(from, to).catch(() => {});
    this.loopClock.run(1);
    this.loopTimer = setInterval(() => this.#tickLoop(from, to), 100);
  }

  #tickLoop(from, to) {
    const clock = this.loopClock;
    this.toggleAttribute("data-loops", this.loopPlayer.state === "ready");
    if (strained() && this.loopPlayer.state === "ready") return (clock.wait(true), this.loopVideo.pause()); // the live picture goes first
    this.loopPlayer.tick(clock.now(), clock.waits ? 0 : clock.rate);
    clock.wait(this.loopPlayer.state === "waiting" || this.loopPlayer.state === "opening");
    if (clock.now() >= to || this.loopPlayer.state === "gap") clock.seek(this.loopPlayer.recording.spans[0]?.[0] > from ? this.loopPlayer.recording.spans[0][0] : from);
  }

  #endLoop() {
    clearInterval(this.loopTimer);
    this.loopPlayer?.close();
    this.loopPlayer = null;
    if (this.loopVideo) this.loopVideo.hidden = true;
    this.removeAttribute("data-loops");
  }

  #lookBackButton() {
    const button = this.appendChild(Object.assign(document.createElement("button"), { type: "button", className: "look-back", textContent: "⟲ 30", tabIndex: -1 }));
    button.setAttribute("aria-label", say("ย้อน 30 วินาที ดูย้อนหลังทุกกล้อง", "30 seconds back: all these cameras in playback"));
    button.addEventListener("click", (event) => (event.stopPropagation(), this.lookBack()));
  }

  /** Playback of this camera, and of those beside it, half a minute before the picture that is on the screen. */
  lookBack() {
    if (!playback()) return;
    const shown = this.shown && this.buffer?.buffered.length ? EPOCH_MS + this.video.currentTime * 1000 : Date.now();
    const beside = [...(this.closest(".wall-tiles, .pictures, .dock-tiles") ?? this.parentElement).querySelectorAll("video-tile")].map((tile) => tile.camera);
    const cameras = [...new Set([this.camera, ...beside])].slice(0, MOST_TOGETHER);
    const asked = new URLSearchParams({ cameras: cameras.join(","), at: Math.round(shown - LOOP_MS) });
    if (this.dataset.incident) asked.set("incident", this.dataset.incident);
    const { station, screen } = document.getElementById("room")?.dataset ?? {};
    if (station) asked.set("station", station);
    if (screen) asked.set("screen", screen);
    location.assign(`${playback()}?${asked}`);
  }

  // ------------------------------------------------------------------ turned to the incident

  /** This camera turns to the incident, is turned, or goes home: said under its name, with the operator's hand beside it. */
  turned(slew) {
    this.slew = slew;
    this.dataset.slew = slew.status;
    this.#hands ??= this.#handButtons();
    const own = slew.status === "by_hand";
    this.#hands.hand.hidden = !slew.live || own || slew.status === "homeward";
    this.#hands.back.hidden = !slew.live || slew.status === "homeward";
    this.#caption();
  }

  #hands = null;

  #handButtons() {
    const made = {};
    for (const [verb, words] of [["hand", say("ควบคุมเอง", "take by hand")], ["back", say("หันกลับ", "turn back")]]) {
      const button = this.appendChild(Object.assign(document.createElement("button"), { type: "button", className: `slew ${verb}`, textContent: words }));
      button.addEventListener("click", async (event) => {
        event.stopPropagation();
        for (const slew of await slewDeed(this.dataset.incident, this.camera, verb)) if (slew.camera === this.camera) this.turned(slew);
      });
      made[verb] = button;
    }
    return made;
  }

  // ------------------------------------------------------------------ words

  #key(event) {
    if (event.target !== this) return;
    if (event.key === "Enter" || event.key === "f") this.dispatchEvent(new MouseEvent("dblclick"));
    else if (event.key.toLowerCase() === "l" || event.key === "ส") (this.loopPlayer ? this.#endLoop() : this.playLoop());
    else if (event.key.toLowerCase() === "p" || event.key === "ย") this.lookBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #everySecond() {
    const { totalVideoFrames = 0, droppedVideoFrames = 0 } = this.video.getVideoPlaybackQuality?.() ?? {};
    if (this.dataset.state === "playing" && this.counted) drawn(totalVideoFrames - this.counted[0], droppedVideoFrames - this.counted[1]);
    this.counted = [totalVideoFrames, droppedVideoFrames];
    const age = this.newest ? Date.now() - this.newest : 0;
    const line = this.querySelector(".age");
    line.hidden = !(this.shown && age > OLD_MS);
    this.toggleAttribute("data-old", !line.hidden && this.dataset.state !== "quiet");
    if (!line.hidden) line.textContent = `${this.dataset.state === "quiet" ? say("ภาพเมื่อ", "picture of") : WORDS.lost()} ${Math.round(age / 1000)} ${say("วินาที", "s")}${this.dataset.state === "quiet" ? say("ก่อน", " ago") : ""}`;
    // The time is that of the picture: on one that stands still, the clock stands still.
    const taken = this.shown && this.buffer?.buffered.length ? TIME.format(EPOCH_MS + this.video.currentTime * 1000) : "";
    this.querySelector(".who").textContent = this.viewer ? [this.viewer, taken, stationName()].filter(Boolean).join(" · ") : "";
  }

  #caption() {
    if (!this.built) return;
    const tile = this.tile ?? {};
    this.querySelector(".name b").textContent = (english ? tile.name_en || tile.name_th : tile.name_th) || this.camera;
    const state = this.dataset.state ?? "opening";
    const note = (english ? this.facts?.note_en : this.facts?.note_th) ?? ""; // its small stream is broken, and the main one is shown
    this.querySelector(".name span").textContent = [(english ? this.slew?.slew_en : this.slew?.slew_th) ?? "", (english ? tile.why_en : tile.why_th) ?? "", note].filter(Boolean).join(" · ");
    this.toggleAttribute("data-small", Boolean(this.facts?.small));
    const why = english ? this.facts?.en : this.facts?.th;
    const shows = state === "playing" || state === "quiet";
    this.querySelector(".state").textContent = shows ? "" : [WORDS[state]?.() ?? "", why].filter(Boolean).join(" · ");
    this.setAttribute("aria-label", [this.querySelector(".name b").textContent, shows ? say("ภาพสด", "live") : this.querySelector(".state").textContent].join(" · "));
  }
}

customElements.define("video-tile", VideoTile);
document.addEventListener("visibilitychange", () => { for (const tile of document.querySelectorAll("video-tile")) tile.seen(); });
export { VideoTile, EPOCH_MS };
