// Buttons pressed without signal: kept in order in this phone, sent by themselves, each once (its key travels with it).

const KEPT = "patrol.queue";
const AGAIN_MS = 3000;

export class Queue {
  /** `told(state, waiting)` hears "on", "off", "waiting" or "sign-in"; `refused(answer)` hears a "no"; `done()` when all is sent. */
  constructor({ csrf, told, refused, done }) {
    Object.assign(this, { csrf, told, refused, done });
    this.sending = false;
    this.timer = 0;
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.tell("off"));
  }

  get items() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) ?? [];
    } catch {
      return [];
    }
  }

  set items(items) {
    localStorage.setItem(KEPT, JSON.stringify(items));
  }

  get length() {
    return this.items.length;
  }

  add(url, body) {
    const key = crypto.randomUUID?.() ?? body.key;
    this.items = [...this.items, { url, body: { ...body, key, pressed_at: new Date().toISOString() } }];
    return this.flush();
  }

  tell(state) {
    this.told(state, this.length);
  }

  async flush() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      while (this.length) {
        const ended = await this.send(this.items[0]);
        if (!ended) {
          this.timer = setTimeout(() => this.flush(), AGAIN_MS);
          return;
        }
        this.items = this.items.slice(1);
      }
    } finally {
      this.sending = false;
    }
    this.tell("on");
    this.done();
  }

  /** True when the press has had its answer, yes or no; false when it must be sent again. */
  async send({ url, body }) {
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.csrf() },
        body: JSON.stringify(body),
      });
    } catch {
      this.tell("off");
      return false;
    }
    if (answer.ok) return true;
    const no = await answer.json().catch(() => null);
    if (no?.code) {
      this.refused(no);
      return true;
    }
    // Not our "no": a lost sign-in (401, or 403 of the form's guard), or a fault on the other side. Nothing is thrown away.
    this.tell(answer.status === 401 || answer.status === 403 ? "sign-in" : "waiting");
    return false;
  }
}
