// Everything by keyboard. Keys are read by their place (event.code), so the Thai layout makes no difference.

import * as bar from "./room-bar.js";
import { hideForMe, ringing } from "./room-ring.js";

const PANELS = { KeyQ: "queue", KeyM: "zone-map", KeyI: "incident", KeyP: "units" };

const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const letter = (event) => (event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.code.startsWith("Digit") ? event.code.slice(5) : "");

/** The button of a key: the toast's undo first, then the selected incident, then the strip (oldest first), then the offers. */
function button(key) {
  const usable = (found) => found && !found.disabled && !found.closest("[data-hidden]");
  if (key === "a") {
    const selected = document.querySelector('#incident [data-hotkey="a"]');
    if (usable(selected)) return selected;
    const oldest = ringing().find((card) => !card.hasAttribute("data-hidden"))?.querySelector('[data-hotkey="a"]');
    return oldest ?? document.querySelector('#ring [data-hotkey="a"]');
  }
  for (const where of ["#said", "#incident", "#ring", "#queue"]) {
    const found = document.querySelector(`${where} [data-hotkey="${key}"]`);
    if (usable(found)) return found;
  }
  return null;
}

export function focusOn(name) {
  const panel = document.getElementById(name);
  const line = panel?.querySelector("[data-roving] [tabindex='0']") ?? panel?.querySelector(".scroll") ?? panel;
  line?.focus();
}

function rove(event) {
  const list = event.target.closest("[data-roving]");
  if (!list) return false;
  const lines = [...list.querySelectorAll(".line")];
  const at = lines.indexOf(event.target.closest(".line"));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
  if (to === undefined) return false;
  lines[Math.max(0, Math.min(to, lines.length - 1))]?.focus();
  return true;
}

function alongTheStrip(event) {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return false;
  if (event.target.closest("zone-map")) return false;
  const cards = [...document.querySelectorAll("#ring .card:not([data-hidden]) .open")];
  if (!cards.length) return false;
  const at = cards.indexOf(document.activeElement);
  cards[(at + (event.key === "ArrowRight" ? 1 : -1) + cards.length) % cards.length].focus();
  return true;
}

function escape(event) {
  const open = document.querySelector(".act[open], .menu[open]");
  if (bar.isOpen()) bar.close();
  else if (open) open.open = false;
  else if (isTyping(event.target)) event.target.blur();
  else hideForMe();
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog:modal")) return;
  if (event.key === "Escape") return escape(event);
  if (isTyping(event.target)) return;
  if (event.code === "Slash" || event.key === "/") {
    event.preventDefault();
    if (event.shiftKey || event.key === "?") return document.getElementById("help").showModal();
    return bar.open();
  }
  if (rove(event) || alongTheStrip(event)) return event.preventDefault();
  if (event.target.closest("zone-map") && !/^Key/.test(event.code)) return;
  if (event.shiftKey || event.repeat) return; // a key that is held must not send twice
  const found = button(letter(event));
  if (found) {
    event.preventDefault();
    found.click();
    if (found.tagName === "SUMMARY") found.parentElement.querySelector("input:not([type=hidden]), select, button")?.focus();
  } else if (event.code === "KeyW") {
    event.preventDefault();
    document.getElementById("note-words")?.focus();
  } else if (PANELS[event.code]) {
    event.preventDefault();
    focusOn(PANELS[event.code]);
  }
}

/** One line of each list can be reached by Tab; the arrows move within. */
export function roving() {
  for (const list of document.querySelectorAll("[data-roving]")) {
    const lines = [...list.querySelectorAll(".line")];
    const now = lines.find((line) => line.tabIndex === 0) ?? lines.find((line) => line.getAttribute("aria-current")) ?? lines[0];
    for (const line of lines) {
      const index = line === now ? 0 : -1;
      if (line.tabIndex !== index) line.tabIndex = index;
    }
  }
}

export function begin() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", (event) => {
    const line = event.target.closest?.("[data-roving] .line");
    if (!line) return;
    for (const other of line.closest("[data-roving]").querySelectorAll(".line")) other.tabIndex = other === line ? 0 : -1;
  });
}
