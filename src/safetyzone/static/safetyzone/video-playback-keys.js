// The hands of the playback page: keys, buttons, and the small windows that ask for a time, words, cameras or a reason.

import * as times from "./bangkok-time.js";
import { $, add, ask, begin, bothLanguages, cells, clock, facts, learn, line, makeMain, nearby, page, post, remove, rows, say, seek, serverNow, state, step, text, toggle, words } from "./video-playback.js";

// ------------------------------------------------------------ deeds

const jumpBox = document.getElementById("jump");
function openJump() {
  const field = $("input", jumpBox);
  field.value = `${times.date(clock.now())} ${times.clock(clock.now())}`;
  readJump();
  jumpBox.showModal();
  field.select();
}

function readJump() {
  const ms = times.read($("input", jumpBox).value, clock.now());
  $("output", jumpBox).textContent = ms === null ? words.cannot_read : `${times.date(ms)} ${times.clock(ms)}${ms > serverNow() ? ` · ${words.future}` : ""}`;
  return ms === null || ms > serverNow() ? null : ms;
}

$("input", jumpBox).addEventListener("input", readJump);
$("form", jumpBox).addEventListener("submit", (event) => {
  const ms = readJump();
  if (ms === null) return event.preventDefault();
  seek(ms);
  line.turn(ms - (line.range[1] - line.range[0]) / 2, line.range[1] - line.range[0]);
});

const markBox = document.getElementById("mark");
function openMark() {
  if (!state.main) return;
  state.markAt = clock.now();
  $("output", markBox).textContent = `${cells.get(state.main).camera.name} · ${times.date(state.markAt)} ${times.clock(state.markAt, 4)}`;
  $("input", markBox).value = "";
  markBox.showModal();
}

$("form", markBox).addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = $("input", markBox).value.trim();
  if (!said) return;
  try {
    await post(facts.urls.bookmark, { camera: state.main, at_ms: Math.round(state.markAt), words: said, incident: facts.incident });
    markBox.close();
    say(`${words.bookmarked} ${times.clock(state.markAt)}`);
    await learn();
  } catch (no) {
    $("output", markBox).textContent = no.said ? bothLanguages(no.said) : words.away;
  }
});

function choose(which) {
  const now = clock.now();
  const other = state.selection[1 - which];
  state.selection = which === 0 ? [now, other !== null && other > now ? other : null] : [other !== null && other < now ? other : null, now];
  const [from, to] = state.selection;
  const whole = from !== null && to !== null;
  text(".chosen", `${from === null ? "…" : times.clock(from)} – ${to === null ? "…" : times.clock(to)}${whole ? ` (${Math.round((to - from) / 1000)} ${words.seconds})` : ""}`);
  $(".selection").hidden = false;
  page.dataset.span = whole ? `${Math.floor(from)}-${Math.ceil(to)}` : "";
  rows();
}

const lockBox = document.getElementById("lock");
function openLock() {
  if (!lockBox) return;
  const [from, to] = state.selection;
  if (from === null || to === null) return say(words.choose_first, true);
  $(".span", lockBox).textContent = `${times.date(from)} ${times.clock(from)} – ${times.clock(to)} (${Math.round((to - from) / 1000)} ${words.seconds})`;
  $("ul", lockBox).replaceChildren(...state.order.map((code) => {
    const [item, label] = [document.createElement("li"), document.createElement("label")];
    label.append(Object.assign(document.createElement("input"), { type: "checkbox", name: "camera", value: code, checked: true }), ` ${cells.get(code).camera.name} · ${code}`);
    item.append(label);
    return item;
  }));
  $(".refusal", lockBox).textContent = "";
  lockBox.showModal();
  $("input[name=why]", lockBox).focus();
}

lockBox?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData($("form", lockBox));
  const [from, to] = state.selection;
  for (const [name, value] of Object.entries({ station: facts.station, from_ms: Math.floor(from), to_ms: Math.ceil(to), incident: facts.incident ?? "" })) form.set(name, value);
  try {
    const said = await ask(facts.urls.evidence, { method: "POST", body: form });
    lockBox.close();
    say(`${words.locked} ${said.number}`, true);
    const link = Object.assign(document.createElement("a"), { href: said.url, textContent: words.open_it });
    $(".note").append(" ", link);
  } catch (no) {
    $(".refusal", lockBox).textContent = no.said?.th ? bothLanguages(no.said) : words.away;
  }
});

// ------------------------------------------------------------ choosing cameras

const pickBox = document.getElementById("pick");
function openPick() {
  $("input", pickBox).value = "";
  pick();
  pickBox.showModal();
}

function pick() {
  const sought = $("input", pickBox).value.trim().toLowerCase();
  const found = facts.cameras.filter((camera) => `${camera.code} ${camera.name} ${camera.other}`.toLowerCase().includes(sought)).slice(0, 200);
  $("ul", pickBox).replaceChildren(...found.map((camera) => {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.setAttribute("aria-pressed", cells.has(camera.code));
    button.append(Object.assign(document.createElement("b"), { textContent: camera.name }), " ", Object.assign(document.createElement("small"), { className: "dim", textContent: camera.code }));
    button.addEventListener("click", async () => {
      if (cells.has(camera.code)) remove(camera.code);
      else await add(camera.code).then(nearby);
      button.setAttribute("aria-pressed", cells.has(camera.code));
    });
    item.append(button);
    return item;
  }));
}

$("input", pickBox).addEventListener("input", pick);

// ------------------------------------------------------------ keys and buttons

const DEEDS = {
  toggle, back: () => seek(clock.now() - 5000), on: () => seek(clock.now() + 5000), slower: () => faster(-1), faster: () => faster(1), "frame-back": () => step(false), frame: () => step(true), jump: openJump, mark: openMark, in: () => choose(0), out: () => choose(1), lock: openLock, pick: openPick, help: () => document.getElementById("playback-help").showModal(),
  closer: () => line.zoom(0.5), wider: () => line.zoom(2), full: () => (document.fullscreenElement ? document.exitFullscreen() : cells.get(state.main)?.root.requestFullscreen()), "clear-span": () => { state.selection = [null, null]; $(".selection").hidden = true; page.dataset.span = ""; rows(); },
};
const KEYS = {
  KeyJ: "slower", KeyK: "toggle", Space: "toggle", KeyL: "faster", Comma: "frame-back", Period: "frame", ArrowLeft: "back", ArrowRight: "on", KeyB: "mark", KeyG: "jump", KeyI: "in", KeyO: "out", KeyE: "lock", KeyC: "pick", KeyF: "full", Equal: "closer", Minus: "wider", NumpadAdd: "closer", NumpadSubtract: "wider",
};

function faster(direction) {
  clock.faster(direction);
  state.settle = performance.now();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog:modal")) return;
  if (event.target.closest?.("input, select, textarea")) return;
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return DEEDS.help();
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  if (digit && state.order?.[digit]) return makeMain(state.order[digit]);
  const deed = KEYS[event.code];
  if (!deed || (event.code === "Space" && event.target.closest?.("button, a, summary"))) return;
  event.preventDefault();
  DEEDS[deed]();
});

for (const button of document.querySelectorAll("[data-deed]")) button.addEventListener("click", () => DEEDS[button.dataset.deed]());
for (const box of document.querySelectorAll("dialog")) for (const close of box.querySelectorAll("[data-close]")) close.addEventListener("click", () => box.close());

line.addEventListener("seek", ({ detail }) => seek(detail.ms, detail.scrubbing));
line.addEventListener("mark", ({ detail }) => seek(detail.ms));
line.addEventListener("row", ({ detail }) => makeMain(detail));

begin();
