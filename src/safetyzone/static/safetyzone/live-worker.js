// A shared worker: every window of the console hears through one connection (browsers allow six a host).
import { LiveStream } from "./live-stream.js";

const KEEP_MS = 120_000;
const windows = new Set();
let kept = [];                     // what was told lately, for a window that opens meanwhile
const began = Date.now();
let link = null;

function tell(message) {
  const now = Date.now();
  if (message.kind === "link") link = message;
  else kept = [...kept.filter((one) => now - one.at < KEEP_MS), { at: now, message }];
  for (const port of windows) port.postMessage(message);
}

const stream = new LiveStream(tell);

function welcome(port, ageSeconds) {
  windows.add(port);
  const pageMadeAt = Date.now() - ageSeconds * 1000;
  if (stream.heardAt && (pageMadeAt < began || ageSeconds * 1000 > KEEP_MS)) port.postMessage({ kind: "reset" });
  // Five seconds earlier: the page's own data was read before its first byte was sent.
  for (const { at, message } of kept) if (at > pageMadeAt - 5000) port.postMessage(message);
  if (link) port.postMessage(link);
  stream.open(ageSeconds);
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.kind === "hello") welcome(port, data.age);
    else if (data.kind === "bye") windows.delete(port);
  };
};
