// Symbols of the map, drawn by ourselves on a canvas: shape + number, so that colour never speaks alone.
const RATIO = 2;                   // drawn twice as fine as shown

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function canvas(size, draw) {
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = size * RATIO;
  const pen = sheet.getContext("2d");
  pen.scale(RATIO, RATIO);
  pen.lineJoin = "round";
  draw(pen, size);
  return pen.getImageData(0, 0, sheet.width, sheet.height);
}

const OUTLINES = {
  1: (pen, s) => pen.rect(3, 3, s - 6, s - 6),                                                            // ■
  2: (pen, s) => { pen.moveTo(s / 2, 1.5); pen.lineTo(s - 1.5, s - 3); pen.lineTo(1.5, s - 3); pen.closePath(); },  // ▲
  3: (pen, s) => { pen.moveTo(s / 2, 1); pen.lineTo(s - 1, s / 2); pen.lineTo(s / 2, s - 1); pen.lineTo(1, s / 2); pen.closePath(); },  // ◆
  4: (pen, s) => pen.arc(s / 2, s / 2, s / 2 - 2.5, 0, 7),                                                // ●
  5: (pen, s) => pen.arc(s / 2, s / 2, s / 2 - 4, 0, 7),                                                  // ○
};

function cross(pen, s, arm = 0.27) {                                                                      // ✚
  const a = s * arm, b = s - a, m = 1.5;
  pen.moveTo(a, m);
  for (const [x, y] of [[b, m], [b, a], [s - m, a], [s - m, b], [b, b], [b, s - m], [a, s - m], [a, b], [m, b], [m, a], [a, a]]) pen.lineTo(x, y);
  pen.closePath();
}

function hatch(pen, s, colour) {
  pen.save();
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  for (let x = -s; x < s; x += 4.5) { pen.beginPath(); pen.moveTo(x, s); pen.lineTo(x + s, 0); pen.stroke(); }
  pen.restore();
}

function filled(pen, outline, s, fill, edge, width = 1.5) {
  pen.beginPath();
  outline(pen, s);
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = width;
  pen.strokeStyle = edge;
  pen.stroke();
}

function number(pen, s, text, low, high = 0.5) {
  pen.fillStyle = token("--on-priority");
  pen.font = `600 ${s * high}px "IBM Plex Sans Thai", sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, s / 2, s * low);
}

function incident(priority, technical) {
  return canvas(28, (pen, s) => {
    const colour = technical ? token("--fault") : token(`--p${priority}`) || token("--normal");
    filled(pen, technical ? cross : OUTLINES[priority], s, colour, token("--bg"), 2);
    number(pen, s, String(priority), priority === 2 && !technical ? 0.63 : 0.54, technical ? 0.46 : 0.5);
  });
}

const round = (pen, s) => pen.arc(s / 2, s / 2, s / 2 - 2, 0, 7);
const square = (pen, s) => pen.rect(2, 2, s - 4, s - 4);
// A unit is a home plate, point up: none of the priorities' shapes.
const plate = (pen, s) => { pen.moveTo(s / 2, 1.5); pen.lineTo(s - 3, s * 0.4); pen.lineTo(s - 3, s - 2); pen.lineTo(3, s - 2); pen.lineTo(3, s * 0.4); pen.closePath(); };

function pole(state) {
  const fault = token("--fault");
  if (state === "ok") return canvas(11, (pen, s) => filled(pen, round, s, token("--normal"), token("--bg"), 1));
  if (state === "waiting") return canvas(11, (pen, s) => filled(pen, round, s, token("--bg"), token("--normal")));
  return canvas(20, (pen, s) => {
    if (state === "lost") {
      filled(pen, square, s, token("--bg"), fault, 2);
      pen.beginPath();
      square(pen, s);
      hatch(pen, s, fault);
    } else filled(pen, (p, size) => cross(p, size, 0.36), s, state === "tamper" ? fault : token("--bg"), fault, 2);
  });
}

function unit(state) {
  return canvas(20, (pen, s) => {
    const working = state === "job";
    filled(pen, plate, s, working ? token("--text") : token("--panel"), state === "stale" ? token("--line") : token("--text"), 1.75);
    if (state === "stale") { pen.beginPath(); plate(pen, s); hatch(pen, s, token("--normal")); }
  });
}

// A camera from the side: a body and a lens. Offline is struck through, degraded is hollow.
const body = (pen, s) => { pen.rect(2, s * 0.3, s * 0.58, s * 0.44); pen.moveTo(s * 0.58 + 2, s * 0.52); pen.lineTo(s - 2, s * 0.3); pen.lineTo(s - 2, s * 0.74); pen.closePath(); };

function camera(state) {
  const fault = token("--fault");
  return canvas(20, (pen, s) => {
    filled(pen, body, s, state === "offline" ? fault : token("--bg"), state === "offline" ? token("--bg") : fault, state === "offline" ? 1.25 : 2);
    if (state !== "offline") return;
    for (const [colour, wide] of [[token("--bg"), 4.5], [fault, 2]]) {
      pen.beginPath();
      pen.moveTo(3, s - 3);
      pen.lineTo(s - 3, 3);
      pen.strokeStyle = colour;
      pen.lineWidth = wide;
      pen.stroke();
    }
  });
}

export function addCameraSymbols(map) {
  for (const state of ["offline", "degraded"]) if (!map.hasImage(`camera-${state}`)) map.addImage(`camera-${state}`, camera(state), { pixelRatio: RATIO });
}

export const FAULTS = ["lost", "tamper", "fault"];

// All images by name: incident-1…5, technical-1…5, pole-…, unit-….
export function addSymbols(map) {
  const images = {};
  for (const priority of [1, 2, 3, 4, 5]) {
    images[`incident-${priority}`] = incident(priority, false);
    images[`technical-${priority}`] = incident(priority, true);
  }
  for (const state of ["ok", "waiting", ...FAULTS]) images[`pole-${state}`] = pole(state);
  for (const state of ["free", "job", "off", "stale"]) images[`unit-${state}`] = unit(state);
  for (const [name, image] of Object.entries(images)) if (!map.hasImage(name)) map.addImage(name, image, { pixelRatio: RATIO });
}
