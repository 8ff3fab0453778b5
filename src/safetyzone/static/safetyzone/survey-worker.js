// Keeps the survey page at hand when there is no signal: the network first, the last page that came else.
// Only the page and its own files are kept, and the page is forgotten at sign-out.

const KEPT = "survey-1";
const PAGE = "/survey/";
const WAIT_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("survey-") && name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE) event.respondWith(fresh(request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
});

/** The page from the network, kept; after four silent seconds, or none at all, the one kept before. */
async function fresh(request) {
  const kept = await caches.open(KEPT);
  const late = new Promise((resolve) => { setTimeout(resolve, WAIT_MS); });
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await kept.put(PAGE, answer.clone());
    else await kept.delete(PAGE); // signed out, or somebody else's phone now
    return answer;
  });
  const before = await kept.match(PAGE);
  if (!before) return asked;
  return Promise.race([asked.catch(() => before.clone()), late.then(() => before.clone())]);
}

/** A file from the network, kept; without signal the one kept before. */
async function file(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(request, answer.clone());
    return answer;
  } catch (error) {
    const before = await kept.match(request);
    if (before) return before;
    throw error;
  }
}
