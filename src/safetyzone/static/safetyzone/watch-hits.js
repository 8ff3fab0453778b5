// The board of hits and its card: fetched again when the live channel says that a hit changed, counted down to deletion, by keyboard.
// Board: j and k move, Enter opens. Card: 1 same, 2 not the same, 3 cannot tell; then the reason.

import "./live.js";

const AGAIN_MS = 5000; // for who may compare and not see the room: the live channel is not hers
const board = document.getElementById("hits");
const thai = document.documentElement.lang !== "en";
let chosen = 0;

async function again() {
  if (!board || document.hidden) return;
  const answer = await fetch(board.dataset.rows, { headers: { "Sec-Fetch-Mode": "cors" } });
  if (!answer.ok) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("hits");
  if (made.innerHTML !== board.innerHTML) board.replaceChildren(...made.childNodes);
  select(chosen);
}

const rows = () => [...(board?.querySelectorAll("tbody tr") ?? [])];

function select(number) {
  const all = rows();
  if (!all.length) return;
  chosen = Math.max(0, Math.min(number, all.length - 1));
  all.forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
}

function count() {
  for (const clock of document.querySelectorAll("time[data-until]")) {
    const left = Math.max(0, Math.floor((Date.parse(clock.dataset.until) - Date.now()) / 1000));
    const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60].map((part) => String(part).padStart(2, "0"));
    clock.textContent = left ? `${hours}:${minutes}:${seconds}` : thai ? "ลบแล้ว" : "deleted";
  }
}

function press(event) {
  if (event.target.matches("input:not([type=radio]), textarea, select") || event.ctrlKey || event.altKey || event.metaKey) return;
  const answer = document.querySelectorAll('form.judge input[name="answer"]')["123".indexOf(event.key)];
  if (answer) {
    answer.checked = true;
    document.querySelector('form.judge [name="reason"]').focus();
  } else if (board && event.key === "j") select(chosen + 1);
  else if (board && event.key === "k") select(chosen - 1);
  else if (board && event.key === "Enter" && document.activeElement === document.body) rows()[chosen]?.querySelector("a")?.click();
  else return;
  event.preventDefault();
}

document.addEventListener("safetyzone:changed", ({ detail }) => detail.things.some(([kind]) => kind === "hit") && again());
document.addEventListener("safetyzone:reset", again);
document.addEventListener("keydown", press);
setInterval(count, 1000);
if (board) setInterval(again, AGAIN_MS);
select(0);
count();
