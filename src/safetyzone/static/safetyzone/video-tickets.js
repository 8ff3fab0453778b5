// The web's leave to look: tiles that ask in one breath are asked for in one request. A ticket lives a minute and opens one look.

const asked = new Map(); // by what they have in common: [{camera, resolve}]
const NOBODY = { ticket: null, why_th: "ติดต่อระบบไม่ได้", why_en: "the station's server does not answer", lost: true };

async function post(path, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": document.documentElement.dataset.csrf };
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body), headers });
  const said = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, said };
}

const refused = ({ status, said }) => ({ ticket: null, why_th: said.th ?? `ไม่ได้รับอนุญาต (${status})`, why_en: said.en ?? `not permitted (${status})`, lost: status >= 500 || status === 401 });

async function ask(common, waiting) {
  let answer = null;
  try {
    answer = await post("/video/tickets", { ...JSON.parse(common), cameras: [...new Set(waiting.map(({ camera }) => camera))] });
  } catch { /* the line is down: who asked is told, and asks again */ }
  const tiles = new Map((answer?.ok ? answer.said.tiles : []).map((tile) => [tile.camera, tile]));
  for (const { camera, resolve } of waiting) resolve(tiles.get(camera) ?? { camera, ...(answer ? refused(answer) : NOBODY) });
}

/** A ticket for a camera: what the web answers for it, with `ticket` null and the reason where it says no. Never rejects. */
export function ticket(camera, { incident = null, mode = "live", why = "", from_ms = 0, to_ms = 0 } = {}) {
  const common = JSON.stringify({ incident: Number(incident) || null, mode, why, from_ms, to_ms });
  return new Promise((resolve) => {
    if (!asked.has(common)) {
      asked.set(common, []);
      queueMicrotask(() => {
        const waiting = asked.get(common);
        asked.delete(common);
        ask(common, waiting);
      });
    }
    asked.get(common).push({ camera, resolve });
  });
}

/** The cameras that see an incident, best first, each with its ticket; null where the web does not answer. */
export async function spot(incident) {
  try {
    const answer = await post(`/video/spot/${incident}`, {});
    return answer.ok ? answer.said.tiles : answer.status >= 500 ? null : [];
  } catch {
    return null;
  }
}

/** Which cameras were turned to an incident; none where the web does not answer. */
export async function slews(incident) {
  try {
    const answer = await fetch(`/video/slews/${incident}`, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).slews : [];
  } catch {
    return [];
  }
}

/** `hand`: nothing but the operator turns this camera; `back`: home with it. What is now, or none where it is refused. */
export async function slewDeed(incident, camera, verb) {
  try {
    const answer = await post(`/video/slews/${incident}/${camera}/${verb}`, {});
    return answer.ok ? answer.said.slews : [];
  } catch {
    return [];
  }
}
