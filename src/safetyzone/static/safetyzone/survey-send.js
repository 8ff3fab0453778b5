// Surveys made without a signal: sent by themselves in the order they were made, each once (its number travels with it).

import { all, put } from "./survey-store.js";

const AGAIN_MS = 5000;

export class Sender {
  /** `told(state, waiting)` hears "on", "off", "waiting" or "sign-in"; `changed()` when a survey's state has. */
  constructor({ url, who, csrf, told, changed }) {
    Object.assign(this, { url, who, csrf, told, changed });
    this.sending = false;
    this.timer = 0;
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.tell("off"));
  }

  /** Only this person's: another's, on a phone that was handed over, wait until he signs in again. */
  async waiting() {
    const mine = (await all("surveys")).filter((one) => one.state === "waiting" && one.by === this.who);
    return mine.sort((a, b) => a.made_at.localeCompare(b.made_at));
  }

  async tell(state) {
    this.told(state, (await this.waiting()).length);
  }

  async flush() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    let state = navigator.onLine ? "on" : "off";
    try {
      for (const survey of await this.waiting()) {
        state = await this.send(survey);
        if (state !== "on") break;
        this.changed();
      }
    } finally {
      this.sending = false;
    }
    // One that was made while the last was on its way
    const left = (await this.waiting()).length;
    if (left) this.timer = setTimeout(() => this.flush(), state === "on" ? 0 : AGAIN_MS);
    this.told(state, left);
  }

  async send(survey) {
    const { photos, state, by, words, ...rest } = survey;
    const body = new FormData();
    body.append("survey", JSON.stringify(rest));
    for (const [shows, blob] of Object.entries(photos)) body.append(shows, blob, `${shows}.jpg`);
    let answer;
    try {
      answer = await fetch(this.url, {
        method: "POST", headers: { Accept: "application/json", "X-CSRFToken": this.csrf() }, body,
      });
    } catch {
      return "off";
    }
    const said = await answer.json().catch(() => null);
    if (answer.ok && said?.id === survey.id) {
      await put("surveys", { ...survey, photos: {}, state: said.state });
      return "on";
    }
    if (said?.code) {
      await put("surveys", { ...survey, state: "refused", words: { th: said.th, en: said.en } });
      return "on";
    }
    // Not our "no": a lost sign-in (401, or 403 of the form's guard), or a fault on the other side. Nothing is thrown away.
    return answer.status === 401 || answer.status === 403 ? "sign-in" : "waiting";
  }
}
