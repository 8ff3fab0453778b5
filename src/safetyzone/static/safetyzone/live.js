// The page's end of the live channel. Importing it begins to listen. On `document` it dispatches
//   safetyzone:changed  detail {station, things: [["incident", "41"], …], id}   fetch these again; id of the note, "" if of several
//   safetyzone:reset                                                        fetch everything again
//   safetyzone:link     detail {state}: live, stale, reconnecting, ended    once a change of state
// and keeps <html data-link="…"> so that style sheets can hatch what is stale.
import { LiveStream } from "./live-stream.js";

const STALE_MS = 10_000;           // two beats of five seconds, missed
const WORDS = {
  live: { th: "สด", en: "live" },
  stale: { th: "ข้อมูลค้าง", en: "stale" },
  reconnecting: { th: "กำลังต่อใหม่", en: "reconnecting" },
  ended: { th: "ออกจากระบบแล้ว หรือไม่มีสิทธิ์", en: "signed out, or not permitted" },
};

const link = { state: "reconnecting", heardAt: Date.now() };

function dispatch(name, detail) {
  document.dispatchEvent(new CustomEvent(`safetyzone:${name}`, { detail }));
}

function receive(message) {
  if (message.kind === "change") dispatch("changed", { station: message.station, things: message.things, id: message.replayed ? "" : message.id });
  else if (message.kind === "reset") dispatch("reset", {});
  else {
    link.state = message.state;
    link.heardAt = Math.max(link.heardAt, message.heardAt);
    show();
  }
}

function silence() {
  return Date.now() - link.heardAt;
}

function show() {
  const state = link.state === "live" && silence() > STALE_MS ? "stale" : link.state;
  if (document.documentElement.dataset.link === state) return;
  document.documentElement.dataset.link = state;
  dispatch("link", { state });
}

function listenInWorker() {
  const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { type: "module", name: "safetyzone-live" });
  worker.port.onmessage = ({ data }) => receive(data);
  const hello = () => worker.port.postMessage({ kind: "hello", age: performance.now() / 1000 });
  addEventListener("pagehide", () => worker.port.postMessage({ kind: "bye" }));
  addEventListener("pageshow", (event) => { if (event.persisted) { dispatch("reset", {}); hello(); } });
  hello();
}

function listenHere() {
  new LiveStream(receive).open(performance.now() / 1000);
}

if ("SharedWorker" in window) listenInWorker(); else listenHere();
setInterval(show, 1000);

// <link-state></link-state>: ● live, ○ reconnecting with its seconds. Only a change of state is read aloud.
class LinkState extends HTMLElement {
  connectedCallback() {
    this.word = document.createElement("span");
    this.word.setAttribute("role", "status");
    this.count = document.createElement("span");
    this.count.setAttribute("aria-hidden", "true");
    this.replaceChildren(this.word, " ", this.count);
    this.timer = setInterval(() => this.#show(), 1000);
    this.listen = () => this.#show();
    document.addEventListener("safetyzone:link", this.listen);
    this.#show();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("safetyzone:link", this.listen);
  }

  #show() {
    const state = document.documentElement.dataset.link ?? "reconnecting";
    const thai = document.documentElement.lang !== "en";
    const words = `${state === "live" ? "●" : "○"} ${WORDS[state][thai ? "th" : "en"]}`;
    if (this.word.textContent !== words) this.word.textContent = words;
    const seconds = `${Math.round(silence() / 1000)} ${thai ? "วิ" : "s"}`;
    this.count.textContent = state === "live" || state === "ended" ? "" : seconds;
    this.dataset.state = state;
  }
}
customElements.define("link-state", LinkState);
