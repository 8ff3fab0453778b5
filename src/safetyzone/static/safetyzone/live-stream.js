// One EventSource on /live and what must be known about it. Runs in the shared worker, or in the page where there is none.
//
// `tell` is called with {kind: "change", station, things, id}, {kind: "reset"}, {kind: "link", state, heardAt}.
// state: "live", "reconnecting", or "ended" (the session or the permission is gone).

const SILENCE_MS = 15_000;         // three beats: the connection is dead even if TCP has not noticed
const PAUSES_MS = [500, 1000, 2000, 4000, 8000];

export class LiveStream {
  constructor(tell) {
    this.tell = tell;
    this.source = null;
    this.lastId = "";
    this.heardAt = 0;
    this.openedAt = 0;
    this.attempts = 0;
    this.state = "reconnecting";
    setInterval(() => this.#watch(), 1000);
  }

  // ageSeconds: how long ago the page that asks was made; what changed since then is told again.
  open(ageSeconds) {
    if (this.source || this.waiting) return;
    const query = this.lastId ? `last=${this.lastId}` : `age=${ageSeconds.toFixed(1)}`;
    this.openedAt = Date.now();
    const source = this.source = new EventSource(`/live?${query}`);
    source.addEventListener("beat", () => this.#heard());
    source.addEventListener("change", (event) => {
      this.lastId = event.lastEventId;
      this.tell({ kind: "change", id: event.lastEventId, ...JSON.parse(event.data) });
      this.#heard();
    });
    source.addEventListener("reset", (event) => {
      this.lastId = event.lastEventId || this.lastId;
      this.tell({ kind: "reset" });
      this.#heard();
    });
    source.addEventListener("ended", () => this.#again());  // perhaps another session has begun since
    source.onerror = () => {
      if (source !== this.source) return;
      if (source.readyState === EventSource.CLOSED) this.#again();  // it was refused: find out why
      else this.#say("reconnecting");
    };
  }

  #heard() {
    this.heardAt = Date.now();
    this.attempts = 0;
    this.#say("live");
  }

  #say(state) {
    this.state = state;
    this.tell({ kind: "link", state, heardAt: this.heardAt });
  }

  #watch() {
    // From the opening on, too: a first connection that hangs would else never be tried again.
    if (this.source && Date.now() - Math.max(this.heardAt, this.openedAt) > SILENCE_MS) this.#again();
  }

  #again() {
    this.source?.close();
    this.source = null;
    if (this.waiting) return;
    const pause = PAUSES_MS[Math.min(this.attempts++, PAUSES_MS.length - 1)];
    this.waiting = setTimeout(async () => {
      const refused = await mayNotListen();
      this.waiting = null;
      this.#say(refused ? "ended" : "reconnecting");
      if (!refused) this.open(0);
      else this.#again();
    }, pause);
  }
}

// EventSource does not say with which status it was refused.
async function mayNotListen() {
  const stop = new AbortController();
  try {
    const answer = await fetch("/live", { signal: stop.signal, cache: "no-store" });
    return answer.status === 401 || answer.status === 403;
  } catch {
    return false;
  } finally {
    stop.abort();
  }
}
