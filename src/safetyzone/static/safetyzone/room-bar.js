// The "/" bar (pattern P7): prefix match, arrows, Tab completes, Enter runs, Up recalls. The server reads the line; here we only help typing.

import { post } from "./room-fragments.js";

const RECALLED = 30;
const bar = document.getElementById("bar");
const line = document.getElementById("bar-line");
const answer = document.getElementById("bar-answer");
const choices = [...document.querySelectorAll("#bar-choices [role=option]")];
const toLatin = JSON.parse(document.getElementById("thai-to-latin")?.textContent ?? "{}");
const toThai = Object.fromEntries(Object.entries(toLatin).map(([thai, latin]) => [latin, thai]));
let past = JSON.parse(sessionStorage.getItem("room-bar") ?? "[]");
let place = past.length;
let chosen = -1;

const keys = (text, table) => [...text].map((sign) => table[sign] ?? sign).join("");

function fits(option, word) {
  const names = option.dataset.names.split(" ");
  return [word, keys(word, toLatin), keys(word, toThai)].some((reading) => names.some((name) => name.startsWith(reading.toLowerCase())));
}

function shown() {
  return choices.filter((option) => !option.hidden);
}

function narrow() {
  const word = line.value.replace(/^\//, "").trimStart().split(" ")[0];
  for (const option of choices) option.hidden = word !== "" && !fits(option, word);
  choose(-1);
}

function choose(index) {
  const options = shown();
  chosen = options.length ? Math.max(-1, Math.min(index, options.length - 1)) : -1;
  for (const option of choices) option.setAttribute("aria-selected", String(option === options[chosen]));
  if (options[chosen]) line.setAttribute("aria-activedescendant", options[chosen].id);
  else line.removeAttribute("aria-activedescendant");
}

function complete(option) {
  const rest = line.value.replace(/^\//, "").trimStart().split(" ").slice(1).join(" ");
  line.value = `${option.dataset.keyWord} ${rest}`;
  narrow();
}

export function open(text = "") {
  line.value = text;
  answer.replaceChildren();
  place = past.length;
  narrow();
  if (!bar.open) bar.show();
  line.focus();
}

export const close = () => bar.close();
export const isOpen = () => bar?.open;

async function run(after) {
  const text = line.value.trim();
  if (!text) return;
  past = [...past.filter((one) => one !== text), text].slice(-RECALLED);
  sessionStorage.setItem("room-bar", JSON.stringify(past));
  place = past.length;
  line.readOnly = true;
  const said = await post("/room/command", { line: text });
  line.readOnly = false;
  if (said.ok) {
    close();
    after(said);
  } else {
    answer.innerHTML = said.text;
    line.select();
  }
}

function onKey(event, after) {
  const composing = event.isComposing;
  if (event.key === "Escape") close();
  else if (event.key === "Enter" && !composing) {
    if (chosen >= 0) complete(shown()[chosen]);
    else run(after);
  } else if (event.key === "Tab" && shown().length) complete(shown()[Math.max(chosen, 0)]);
  else if (event.key === "ArrowUp" && chosen <= 0 && past.length) {
    place = Math.max(0, place - 1);
    line.value = past[place] ?? "";
    narrow();
  } else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "ArrowDown") choose(chosen + 1);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Connect the bar; ``after`` is called with the answer of a line that was done. */
export function begin(after) {
  if (!bar) return;
  line.addEventListener("input", narrow);
  line.addEventListener("keydown", (event) => onKey(event, after));
  document.getElementById("bar-form").addEventListener("submit", (event) => event.preventDefault());
  for (const option of choices)
    option.addEventListener("click", () => {
      complete(option);
      line.focus();
    });
}
