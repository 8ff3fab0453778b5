// The clock and every timer of the room, counted here by the server's time. One tick a second, and one after each drawing.

const MONTHS = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.".split(" ");
const DAYS = "อา. จ. อ. พ. พฤ. ศ. ส.".split(" ");
let ahead = 0; // milliseconds that the server's clock is ahead of ours

export const now = () => Date.now() + ahead;

export function setServerTime(text) {
  const theirs = Date.parse(text || "");
  if (!Number.isNaN(theirs)) ahead = theirs - Date.now();
}

export function heardServerTime(answer) {
  const told = answer.headers.get("X-Now");
  if (told) setServerTime(told);
}

export function span(milliseconds) {
  const sign = milliseconds < 0 ? "−" : "";
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return sign + (h > 23 ? `${Math.floor(h / 24)}d ${h % 24}h` : h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`);
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function bangkok() {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Bangkok", hour12: false, weekday: "short", year: "numeric",
    month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(now());
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** Bring every timer within the element, and of itself, up to date, and the colours that follow from age. */
export function tick(within = document) {
  const moment = now();
  const each = (selector) => [...(within.matches?.(selector) ? [within] : []), ...within.querySelectorAll(selector)];
  for (const element of each("[data-since]")) write(element, span(Math.max(0, moment - Date.parse(element.dataset.since))));
  for (const element of each("[data-until]")) {
    const left = Date.parse(element.dataset.until) - moment;
    write(element, span(left));
    element.toggleAttribute("data-over", left < 0);
  }
  for (const element of each("[data-red-at]")) {
    const [red, heard] = [Date.parse(element.dataset.redAt), Date.parse(element.dataset.heardAt)];
    const share = (moment - heard) / (red - heard);
    const age = share >= 1 ? "over" : share >= 0.75 ? "late" : share >= 0.5 ? "half" : "new";
    if (element.dataset.age !== age) element.dataset.age = age;
  }
  for (const element of each("[data-age]:not([data-red-at])")) delete element.dataset.age;
  for (const element of each("[data-due-at]")) element.toggleAttribute("data-over", Date.parse(element.dataset.dueAt) < moment);
}

function clock() {
  const at = bangkok();
  const thai = document.documentElement.lang !== "en";
  for (const element of document.querySelectorAll("[data-clock]")) write(element, `${at.hour}:${at.minute}:${at.second}`);
  const day = thai
    ? `${DAYS[["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(at.weekday)]} ${at.day} ${MONTHS[at.month - 1]} ${Number(at.year) + 543}`
    : `${at.weekday} ${at.day}/${at.month}/${at.year}`;
  for (const element of document.querySelectorAll("[data-date]")) write(element, day);
}

export function run(everySecond = () => {}) {
  const beat = () => {
    clock();
    tick();
    everySecond(now());
  };
  beat();
  const next = () => setTimeout(() => (beat(), next()), 1000 - (now() % 1000) + 5);
  next();
}
