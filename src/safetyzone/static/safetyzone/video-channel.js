// One WebSocket a window to the video program, for all its tiles. What breaks is connected again, and each tile asks for a new ticket.
//
// A tile is opened with a sink: said(message) hears its state, part(kind, ms, bytes) its pictures, cut(since) that the line is lost
// and again() that it is back and a ticket is wanted.

const HEAD = 16; // contracts.video.PART: tile, kind, zero, length, wall clock
const RETRY_MS = [200, 500, 1000, 2000, 4000];
const SILENT_MS = 8000; // a live picture has ten frames a second: a line so quiet is broken, whatever the browser thinks of it
const QUIET_MS = 90_000; // quiet tiles have one a minute
const NUMBERS = 65_536;

export class Channel {
  #tiles = new Map(); // by number: {sink, mode, live}
  #number = 0;
  #failed = 0;
  #waiting = [];
  #budget = 0;

  constructor(url) {
    this.url = `${url.replace(/^http/, "ws").replace(/\/$/, "")}/live`;
    this.state = "closed";
  }

  /** Connect now, before anybody needs it. */
  connect() {
    if (this.socket || this.stopped) return;
    this.state = "connecting";
    const socket = (this.socket = new WebSocket(this.url));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onclose = () => this.#closed(socket);
    socket.onmessage = ({ data }) => this.#heard(data);
    this.timer ??= setInterval(() => this.#listens(), 2000);
  }

  /** Show a camera: its number, by which it is closed. A ticket must have been given within the minute. */
  open(sink, ticket, mode = "live", small = false) {
    do this.#number = (this.#number + 1) % NUMBERS;
    while (this.#tiles.has(this.#number));
    this.#tiles.set(this.#number, { sink, mode, live: false });
    this.#say("open", { tile: this.#number, ticket, mode, small });
    this.connect();
    return this.#number;
  }

  mode(number, mode) {
    const tile = this.#tiles.get(number);
    if (!tile || tile.mode === mode) return;
    tile.mode = mode;
    this.#say("mode", { tile: number, mode });
  }

  close(number) {
    if (this.#tiles.delete(number)) this.#say("close", number);
  }

  /** What the window's line carries, in bits per second. */
  budget(bps) {
    this.#budget = bps;
    if (this.state === "open") this.socket.send(JSON.stringify({ budget_bps: bps }));
  }

  get size() {
    return this.#tiles.size;
  }

  // What is said in one breath goes in one message; before the line is there it waits.
  #say(word, what) {
    this.#waiting.push([word, what]);
    if (this.#waiting.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush() {
    if (this.state !== "open" || !this.#waiting.length) return;
    const said = {};
    for (const [word, what] of this.#waiting) (said[word] ??= []).push(what);
    this.#waiting = [];
    this.socket.send(JSON.stringify(said));
  }

  #opened() {
    this.state = "open";
    this.#failed = 0;
    this.heardAt = performance.now();
    if (this.#budget) this.socket.send(JSON.stringify({ budget_bps: this.#budget }));
    this.#flush();
    for (const sink of this.lost ?? []) sink.again();
    this.lost = null;
  }

  #closed(socket) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.state = "closed";
    this.#waiting = [];
    this.lost = [...(this.lost ?? []), ...[...this.#tiles.values()].map(({ sink }) => sink)];
    this.#tiles.clear();
    for (const sink of this.lost) sink.cut();
    const wait = RETRY_MS[Math.min(this.#failed++, RETRY_MS.length - 1)];
    setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2)); // a hundred windows do not come back in one moment
  }

  /** A sink that is no longer wanted is not told that the line is back. */
  forget(sink) {
    if (this.lost) this.lost = this.lost.filter((one) => one !== sink);
  }

  #listens() {
    if (this.state !== "open" || !this.#tiles.size) return;
    const live = [...this.#tiles.values()].some((tile) => tile.live);
    if (performance.now() - this.heardAt > (live ? SILENT_MS : QUIET_MS)) this.socket.close();
  }

  #heard(data) {
    this.heardAt = performance.now();
    if (typeof data === "string") return this.#told(JSON.parse(data));
    const head = new DataView(data);
    for (let at = 0; at + HEAD <= data.byteLength; ) {
      const [number, kind, length, ms] = [head.getUint16(at), head.getUint8(at + 2), head.getUint32(at + 4), Number(head.getBigUint64(at + 8))];
      this.#tiles.get(number)?.sink.part(kind, ms, new Uint8Array(data, at + HEAD, length));
      at += HEAD + length;
    }
  }

  #told(said) {
    const tile = this.#tiles.get(said.tile);
    if (!tile) return;
    tile.live = said.state === "playing";
    if (said.state === "closed" || said.state === "refused") this.#tiles.delete(said.tile);
    tile.sink.said(said);
  }
}

let channel = null;

/** The window's channel; null on a page whose person may not watch. */
export function ours() {
  const url = document.querySelector('meta[name="video-url"]')?.content;
  if (url && !channel) {
    channel = new Channel(url);
    channel.connect();
  }
  return channel;
}

/** Where recordings are asked for. */
export const recordings = () => document.querySelector('meta[name="video-url"]')?.content.replace(/\/$/, "");
