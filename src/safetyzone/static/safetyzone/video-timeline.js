// <video-timeline>: a line a camera with what was recorded, what was not, and what happened; one handle for all of them.
// Set ``rows`` [{code, name, spans, activity, main}], ``marks`` [{ms, kind, label, camera?}], ``range`` [from, to], ``at``, ``selection`` [in, out].
// Tells: "seek" {ms, scrubbing}, "range" [from, to], "mark" (a mark was clicked).

import { clock, date, midnight, span } from "./bangkok-time.js";
import { gaps } from "./video-spans.js";

const LABEL = 190;
const HEAD = 26;
const ROW = 26;
const LEAST_MS = 20_000;
const MOST_MS = 48 * 3_600_000;
const STEPS_S = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14_400, 21_600, 43_200];
const GRAB = 7;
const SHAPES = { p1: "■", p2: "▲", p3: "◆", p4: "●", fault: "✚", bookmark: "⚑" };

class VideoTimeline extends HTMLElement {
  rows = [];
  marks = [];
  selection = [null, null];
  range = [0, 1];
  at = 0;
  ends = 0;

  connectedCallback() {
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "slider");
    this.canvas.setAttribute("aria-label", this.getAttribute("label") ?? "");
    this.tip = Object.assign(document.createElement("output"), { className: "tip", hidden: true });
    this.append(this.canvas, this.tip);
    this.ink = getComputedStyle(this);
    new ResizeObserver(() => this.draw()).observe(this);
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointerleave", "wheel", "dblclick"]) {
      this.canvas.addEventListener(kind, (event) => this[kind](event), { passive: false });
    }
  }

  // ------------------------------------------------------------ what it is asked

  show(facts) {
    Object.assign(this, facts);
    this.draw();
  }

  /** The picture moves on by itself when the handle comes near its edge, and not while somebody holds the handle. */
  move(ms) {
    this.at = ms;
    const [from, to] = this.range;
    if (!this.held && (ms < from || ms > to - (to - from) * 0.04)) this.turn(ms - (to - from) * 0.3, to - from);
    this.draw();
  }

  turn(from, length) {
    const span = Math.max(LEAST_MS, Math.min(MOST_MS, length));
    this.range = [from, from + span];
    this.dispatchEvent(new CustomEvent("range", { detail: this.range }));
    this.draw();
  }

  zoom(factor, around = this.at) {
    const [from, to] = this.range;
    const length = Math.max(LEAST_MS, Math.min(MOST_MS, (to - from) * factor));
    this.turn(around - ((around - from) / (to - from)) * length, length);
  }

  // ------------------------------------------------------------ hands

  ms(event) {
    const [from, to] = this.range;
    const left = event.clientX - this.canvas.getBoundingClientRect().left;
    return from + ((left - LABEL) / (this.wide - LABEL)) * (to - from);
  }

  tell(ms, scrubbing) {
    this.at = Math.min(ms, this.ends || ms);
    this.draw();
    this.dispatchEvent(new CustomEvent("seek", { detail: { ms: this.at, scrubbing } }));
  }

  pointerdown(event) {
    if (event.button > 1) return;
    this.canvas.setPointerCapture(event.pointerId);
    const ms = this.ms(event);
    const left = event.clientX - this.canvas.getBoundingClientRect().left;
    if (left < LABEL) {
      const row = this.rows[Math.floor((event.clientY - this.canvas.getBoundingClientRect().top - HEAD) / ROW)];
      if (row) this.dispatchEvent(new CustomEvent("row", { detail: row.code }));
      return;
    }
    const mark = this.near(event);
    if (mark) return this.dispatchEvent(new CustomEvent("mark", { detail: mark }));
    this.held = event.shiftKey || event.button === 1 ? { pan: ms } : { scrub: true };
    if (this.held.scrub) this.tell(ms, true);
  }

  pointermove(event) {
    const ms = this.ms(event);
    if (this.held?.pan !== undefined) {
      const [from, to] = this.range;
      this.turn(from + this.held.pan - ms, to - from);
    } else if (this.held) this.tell(ms, true);
    this.hint(event, ms);
  }

  pointerup(event) {
    const held = this.held;
    this.held = null;
    if (held?.scrub) this.tell(this.ms(event), false);
  }

  pointerleave() {
    this.tip.hidden = true;
  }

  wheel(event) {
    event.preventDefault();
    const [from, to] = this.range;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.turn(from + ((event.deltaX || event.deltaY) / 800) * (to - from), to - from);
    else this.zoom(event.deltaY > 0 ? 1.35 : 1 / 1.35, this.ms(event));
  }

  dblclick(event) {
    this.zoom(0.4, this.ms(event));
  }

  near(event) {
    const box = this.canvas.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    return top < HEAD || top > HEAD + this.rows.length * ROW ? this.marks.find((mark) => !mark.camera && Math.abs(this.x(mark.ms) - left) < GRAB) : this.marks.find((mark) => mark.camera && mark.camera === this.rows[Math.floor((top - HEAD) / ROW)]?.code && Math.abs(this.x(mark.ms) - left) < GRAB);
  }

  hint(event, ms) {
    const mark = this.near(event);
    const left = event.clientX - this.canvas.getBoundingClientRect().left;
    this.tip.hidden = left < LABEL;
    this.tip.textContent = mark ? `${clock(mark.ms)} ${mark.label}` : clock(ms);
    this.tip.style.left = `${Math.min(left + 10, this.wide - this.tip.offsetWidth - 4)}px`;
  }

  // ------------------------------------------------------------ drawing

  x(ms) {
    const [from, to] = this.range;
    return LABEL + ((ms - from) / (to - from)) * (this.wide - LABEL);
  }

  draw() {
    if (this.waiting || !this.isConnected) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }

  colour(name) {
    return this.ink.getPropertyValue(`--${name}`).trim();
  }

  paint() {
    const [wide, high] = [this.clientWidth, HEAD + ROW * Math.max(1, this.rows.length) + 20];
    if (!wide) return;
    this.wide = wide;
    const dots = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(wide * dots) || this.canvas.height !== Math.round(high * dots)) {
      Object.assign(this.canvas, { width: Math.round(wide * dots), height: Math.round(high * dots) });
      this.canvas.style.height = `${high}px`;
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, wide, high);
    pen.font = `13px ${this.ink.fontFamily}`;
    pen.textBaseline = "middle";
    this.ruler(pen, high);
    this.rows.forEach((row, number) => this.row(pen, row, HEAD + number * ROW));
    this.paintSelection(pen, high);
    for (const mark of this.marks) this.mark(pen, mark);
    this.handle(pen, high);
    this.say();
  }

  ruler(pen, high) {
    const [from, to] = this.range;
    const least = ((to - from) / 1000 / (this.wide - LABEL)) * 84;
    const step = (STEPS_S.find((one) => one >= least) ?? 86_400) * 1000;
    pen.textAlign = "left";
    for (let at = midnight(from) + Math.ceil((from - midnight(from)) / step) * step; at < to; at += step) {
      const x = this.x(at);
      pen.fillStyle = this.colour("line");
      pen.fillRect(x, HEAD - 8, 1, high - HEAD - 12);
      pen.fillStyle = this.colour("dim");
      pen.fillText(at === midnight(at) ? date(at) : clock(at, step < 60_000 ? 3 : 2), x + 4, 10);
    }
    pen.fillStyle = this.colour("text");
    pen.fillText(date(this.at), 10, 10);
  }

  row(pen, row, top) {
    const [from, to] = this.range;
    pen.textAlign = "left";
    pen.fillStyle = row.main ? this.colour("selected") : this.colour("text");
    pen.fillText(`${row.main ? "▶ " : ""}${fit(pen, row.name, LABEL - 34)}`, 10, top + ROW / 2);
    pen.save();
    pen.beginPath();
    pen.rect(LABEL, top, this.wide - LABEL, ROW);
    pen.clip();
    pen.fillStyle = this.colour("panel");
    pen.fillRect(LABEL, top + 3, this.wide - LABEL, ROW - 6);
    for (const [begin, end] of row.spans) this.bar(pen, begin, end, top + 5, ROW - 10, this.colour("edge"));
    for (const [begin, end] of row.activity ?? []) this.bar(pen, begin, end, top + 5, 5, this.colour("p3"));
    if (row.known) for (const gap of gaps(row.spans, ...row.known)) if (gap[1] > from && gap[0] < to) this.gap(pen, gap, top, row.known);
    pen.restore();
  }

  bar(pen, begin, end, top, high, colour) {
    pen.fillStyle = colour;
    pen.fillRect(this.x(begin), top, Math.max(1.5, this.x(end) - this.x(begin)), high);
  }

  gap(pen, [begin, end], top, known) {
    const [left, right] = [Math.max(LABEL, this.x(begin)), Math.min(this.wide, this.x(end))];
    pen.strokeStyle = this.colour("line");
    pen.beginPath();
    for (let x = left - ROW; x < right; x += 8) {
      pen.moveTo(Math.max(left, x), top + ROW - 4 - Math.max(0, left - x));
      pen.lineTo(Math.min(right, x + ROW - 8), top + 4 + Math.max(0, x + ROW - 8 - right));
    }
    pen.stroke();
    // Where we have not looked, nothing is said of when it began or ended.
    const isWhole = begin > known[0] && end < known[1];
    const words = [...(isWhole ? [`${this.words.not_recorded} ${span(begin, end)}`] : []), this.words.not_recorded].find((one) => pen.measureText(one).width + 18 < right - left);
    if (!words) return;
    const wide = pen.measureText(words).width + 10;
    const x = (left + right - wide) / 2;
    pen.fillStyle = this.colour("bg");
    pen.fillRect(x, top + 4, wide, ROW - 8);
    pen.fillStyle = this.colour("text");
    pen.fillText(words, x + 5, top + ROW / 2);
  }

  mark(pen, mark) {
    const x = this.x(mark.ms);
    if (x < LABEL || x > this.wide) return;
    const row = mark.camera ? this.rows.findIndex((one) => one.code === mark.camera) : -1;
    if (mark.camera && row < 0) return;
    pen.fillStyle = this.colour(mark.kind === "bookmark" ? "text" : mark.kind);
    pen.textAlign = "center";
    if (row >= 0) return pen.fillText(SHAPES[mark.kind] ?? "•", x, HEAD + row * ROW + ROW / 2);
    pen.fillText(SHAPES[mark.kind] ?? "•", x, HEAD + this.rows.length * ROW + 9);
    pen.globalAlpha = 0.6;
    pen.fillRect(x, HEAD, 1, this.rows.length * ROW);
    pen.globalAlpha = 1;
  }

  paintSelection(pen) {
    const [begin, end] = this.selection;
    if (begin === null && end === null) return;
    const [from, to] = [begin ?? end, end ?? begin];
    pen.fillStyle = this.colour("selected");
    pen.globalAlpha = 0.22;
    pen.fillRect(Math.max(LABEL, this.x(from)), HEAD, Math.max(1, this.x(to) - Math.max(LABEL, this.x(from))), this.rows.length * ROW);
    pen.globalAlpha = 1;
    for (const [ms, sign] of [[begin, "["], [end, "]"]]) {
      if (ms === null || this.x(ms) < LABEL) continue;
      pen.fillRect(this.x(ms) - 1, HEAD, 2, this.rows.length * ROW);
      pen.textAlign = "center";
      pen.fillText(sign, this.x(ms), HEAD + this.rows.length * ROW + 9);
    }
  }

  handle(pen, high) {
    const x = this.x(this.at);
    if (x < LABEL - 1 || x > this.wide + 1) return;
    const words = clock(this.at);
    const wide = pen.measureText(words).width + 12;
    pen.fillStyle = this.colour("text");
    pen.fillRect(x - 1, 20, 2, high - 34);
    const left = Math.max(LABEL, Math.min(x - wide / 2, this.wide - wide));
    pen.fillRect(left, 0, wide, 21);
    pen.fillStyle = this.colour("bg");
    pen.textAlign = "left";
    pen.fillText(words, left + 6, 11);
  }

  say() {
    const canvas = this.canvas;
    const said = { valuemin: Math.round(this.range[0] / 1000), valuemax: Math.round(this.range[1] / 1000), valuenow: Math.round(this.at / 1000), valuetext: `${date(this.at)} ${clock(this.at)}` };
    for (const [name, value] of Object.entries(said)) if (canvas.getAttribute(`aria-${name}`) !== String(value)) canvas.setAttribute(`aria-${name}`, value);
  }
}

/** As much of a text as fits, cut between clusters and never inside one. */
function fit(pen, text, wide) {
  if (pen.measureText(text).width <= wide) return text;
  const clusters = [...new Intl.Segmenter("th").segment(text)].map((one) => one.segment);
  while (clusters.length && pen.measureText(`${clusters.join("")}…`).width > wide) clusters.pop();
  return `${clusters.join("")}…`;
}

customElements.define("video-timeline", VideoTimeline);
