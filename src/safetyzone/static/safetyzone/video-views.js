// Saved views of the wall: on the server, an officer's own and the station's. What an operator has changed and not saved is a draft of
// this browser, kept for each screen beside the view that it began from: once that view is saved anew, the draft is of no use.

const OLD = "safetyzone-wall"; // views were once kept here; they are read once and handed to the server
const LAYOUTS = new Set(["1", "4", "1+5", "9", "16", "64"]);
const english = document.documentElement.lang === "en";
const say = (th, en) => (english ? en : th);

async function post(path, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": document.documentElement.dataset.csrf };
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body), headers }).catch(() => null);
  const said = (await answer?.json().catch(() => null)) ?? { th: "ติดต่อระบบไม่ได้", en: "the station's server does not answer" };
  if (!answer?.ok) throw Object.assign(new Error(answer?.status), { said });
  return said;
}

const read = (name) => {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
};

export class Views {
  constructor({ views, opens }, { screen, me, station }) {
    Object.assign(this, { views, opens, screen, station });
    this.draftName = `${OLD}:draft:${me}:${station}:${screen}`;
  }

  /** Its own comes before the station's of the same number. */
  numbered(number) {
    return this.views.find((view) => view.number === Number(number));
  }

  get open() {
    return this.views.find((view) => view.id === this.opens);
  }

  // From which view, in which state, a draft began.
  get #of() {
    return this.open ? `${this.open.id} ${this.open.saved_ms}` : "";
  }

  draft() {
    const had = read(this.draftName);
    return had && had.of === this.#of && LAYOUTS.has(had.layout) ? had : null;
  }

  keep({ layout, tiles, carousel }) {
    localStorage.setItem(this.draftName, JSON.stringify({ of: this.#of, layout, tiles, carousel }));
  }

  #heard({ views, opens }) {
    Object.assign(this, { views, opens: opens ?? this.opens });
  }

  #at(path) {
    return `/room/wall/${path}?${new URLSearchParams({ station: this.station, screen: this.screen })}`;
  }

  async save(number, { name, shared }, state) {
    const said = ({ layout, tiles, carousel }) => ({ layout, cameras: tiles, carousel_s: carousel });
    const before = JSON.stringify(said(state));
    this.#heard(await post(this.#at("view"), { number: Number(number), name, shared, ...said(state), screen: this.screen }));
    if (JSON.stringify(said(state)) === before) localStorage.removeItem(this.draftName);
    else this.keep(state); // changed while it was being saved
  }

  async choose(view) {
    this.opens = view.id; // shown at once; the server is told beside
    localStorage.removeItem(this.draftName);
    this.#heard(await post(this.#at("screen"), { screen: this.screen, view: view.id }));
  }

  async remove(view) {
    const said = await post(this.#at(`view/${view.id}/remove`), {});
    this.#heard(said);
    this.opens = said.opens;
  }

  /** Views that this browser kept become the officer's own, where he has none of that number; what cannot be handed over stays here. */
  async migrate() {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(`${OLD}:view:`))) {
      const [number, had] = [Number(name.split(":").at(-1)), read(name)];
      const taken = this.views.some((view) => view.number === number && !view.shared);
      if (had && !taken && number >= 1 && number <= 99 && LAYOUTS.has(String(had.layout))) {
        const carousel_s = had.carousel >= 5 ? Math.min(Math.round(had.carousel), 600) : 0;
        const given = { number, layout: String(had.layout), cameras: (had.tiles ?? []).map((code) => code ?? null), carousel_s };
        try {
          this.#heard(await post(this.#at("view"), given));
        } catch {
          continue;
        }
      }
      localStorage.removeItem(name);
    }
  }

  /** What the wall showed when it was left was once kept by the window's name: the first screen's draft. */
  left(windowName) {
    const had = read(`${OLD}:${windowName}`);
    localStorage.removeItem(`${OLD}:${windowName}`);
    return had && !this.open ? { layout: String(had.layout ?? 4), tiles: had.tiles ?? [], carousel: had.carousel ?? 0 } : null;
  }

  title(view) {
    return [`${say("มุมมอง", "View")} ${view.number}`, view.name, view.shared ? say("ของสถานี", "the station's") : ""].filter(Boolean).join(" · ");
  }

  /** The list, each with its layout; one that may be removed has a button. */
  list(place, mayShare) {
    place.replaceChildren(
      ...this.views.map((view) => {
        const row = document.createElement("li");
        const button = row.appendChild(Object.assign(document.createElement("button"), { type: "button", textContent: `${this.title(view)} (${view.layout})` }));
        button.dataset.view = view.id;
        button.setAttribute("aria-pressed", String(view.id === this.opens));
        if (!view.shared || mayShare) {
          const gone = row.appendChild(Object.assign(document.createElement("button"), { type: "button", textContent: "✕" }));
          gone.dataset.removeView = view.id;
          gone.setAttribute("aria-label", `${say("ลบ", "Remove")} ${this.title(view)}`);
        }
        return row;
      }),
    );
  }
}
