// Moments as a Thai station reads them: Asia/Bangkok (no summer time), 24 hours, Buddhist years for readers of Thai.

const AHEAD_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;
const BUDDHIST_ERA = 543;
const MONTHS = {
  th: ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."],
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
};
const language = () => (document.documentElement.lang.startsWith("en") ? "en" : "th");
const two = (number) => String(number).padStart(2, "0");
const there = (ms) => new Date(ms + AHEAD_MS);

/** ``21:04:07``; ``parts`` 2: without seconds, 4: with tenths. */
export function clock(ms, parts = 3) {
  const at = there(ms);
  const said = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].slice(0, Math.min(3, parts)).map(two).join(":");
  return parts > 3 ? `${said}.${Math.floor(at.getUTCMilliseconds() / 100)}` : said;
}

const MINUTE_MS = 60_000;

/** ``21:04–21:06``, of what is shorter than three minutes with its seconds. */
export function span(from, to) {
  const parts = to - from < 3 * MINUTE_MS ? 3 : 2;
  const whole = (ms) => clock(Math.round(ms / (parts === 3 ? 1000 : MINUTE_MS)) * (parts === 3 ? 1000 : MINUTE_MS), parts);
  return `${whole(from)}–${whole(to)}`;
}

/** ``23 พ.ย. 2569`` or ``23 Nov 2026``. */
export function date(ms, lang = language()) {
  const at = there(ms);
  return `${at.getUTCDate()} ${MONTHS[lang][at.getUTCMonth()]} ${at.getUTCFullYear() + (lang === "th" ? BUDDHIST_ERA : 0)}`;
}

/** The first moment of the day of a moment. */
export const midnight = (ms) => Math.floor((ms + AHEAD_MS) / DAY_MS) * DAY_MS - AHEAD_MS;

/** ``2026-11-23``, for addresses. */
export const isoDay = (ms) => there(ms).toISOString().slice(0, 10);

const THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙";
const latin = (text) => text.replace(/[๐-๙]/g, (sign) => THAI_DIGITS.indexOf(sign));

/**
 * The moment that somebody typed, in milliseconds of UTC; null if it cannot be read.
 * ``21:04`` and ``21.04.30`` mean the day that is shown, ``23/11/2569 21:04``, ``23 พ.ย. 2569 21:04``, ``2026-11-23 21:04`` name theirs;
 * ``-30`` and ``+90`` are seconds from where we are, ``-5m`` minutes.
 */
export function read(text, nearMs) {
  const said = latin(text.trim().toLowerCase()).replace(/\s*น\.?$/, "");
  const step = /^([+-])\s*(\d{1,6})\s*(s|m|h|วิ|นาที|ชม\.?)?$/.exec(said);
  if (step) {
    const unit = { m: 60, นาที: 60, h: 3600, ชม: 3600, "ชม.": 3600 }[step[3]] ?? 1;
    return nearMs + (step[1] === "-" ? -1000 : 1000) * Number(step[2]) * unit;
  }
  const time = /(?:^|\s)(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?$/.exec(said);
  const day = readDay(said.slice(0, time ? time.index : said.length).trim(), nearMs);
  if (day === null || (!time && !said)) return null;
  const [hour, minute, second] = time ? [time[1], time[2], time[3] ?? 0].map(Number) : [0, 0, 0];
  return hour > 23 || minute > 59 || second > 59 ? null : day + ((hour * 60 + minute) * 60 + second) * 1000;
}

function readDay(said, nearMs) {
  if (!said) return midnight(nearMs);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(said);
  const slashed = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2,4}))?$/.exec(said);
  const named = /^(\d{1,2})\s*([^\d\s]+)\s*(\d{2,4})?$/.exec(said);
  if (iso) return ofDay(Number(iso[3]), Number(iso[2]), Number(iso[1]));
  if (slashed) return ofDay(Number(slashed[1]), Number(slashed[2]), year(slashed[3], nearMs));
  if (!named) return null;
  const bare = named[2].replaceAll(".", "");
  const month = [...MONTHS.th, ...MONTHS.en].findIndex((name) => name.replaceAll(".", "").toLowerCase() === bare.slice(0, 3) || name.replaceAll(".", "") === bare);
  return month < 0 ? null : ofDay(Number(named[1]), (month % 12) + 1, year(named[3], nearMs));
}

/** Of two digits Buddhist years are meant in Thailand: 69 is 2569. */
function year(said, nearMs) {
  if (!said) return there(nearMs).getUTCFullYear();
  const number = Number(said) + (said.length === 2 ? 2500 : 0);
  return number > 2400 ? number - BUDDHIST_ERA : number;
}

function ofDay(day, month, fullYear) {
  const at = new Date(Date.UTC(fullYear, month - 1, day));
  return at.getUTCDate() === day && at.getUTCMonth() === month - 1 ? at.getTime() - AHEAD_MS : null;
}
