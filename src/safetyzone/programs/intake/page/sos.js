/*
 * The SOS page. One press lives through: idle, holding, counting, sending, then what the station says
 * (received, coming, arrived, closed); besides: old (kept while offline), refused.
 * Written for old phones: no modern syntax, XMLHttpRequest, works without storage, position or pointer events.
 * It makes no sound and does not buzz: the person may be hiding.
 */
(function () {
  "use strict";
  var HOLD_MS = 2000, COUNT_S = 3, ASK_EVERY_MS = 4000, TIMEOUT_MS = 10000, LONGEST_WAIT_MS = 15000;
  var OLD_MS = 15 * 60 * 1000; // the station holds a later press for no alarm of now: ask before sending it
  var RING = 351.86;
  var root = document.documentElement, body = document.body;
  var state = "idle", language = "th", held = null, count = null, wait = null, asking = null, sending = false;
  var fix = null, looking = false, press = null, heardAt = null, tries = 0, keyDown = false;
  var told = "", line = "", metres = null;

  function el(id) { return document.getElementById(id); }
  function say(key, facts) {
    return (WORDS[language][key] || key).replace(/\{(\w+)\}/g, function (_, name) { return facts[name]; });
  }
  function keep(key, value) {
    try { if (value === null) { localStorage.removeItem(key); } else { localStorage.setItem(key, value); } } catch (e) { /* private mode */ }
  }
  function kept(key) { try { return localStorage.getItem(key); } catch (e) { return null; } }

  function newId() { // UUID version 4
    var b = [], i, crypto = window.crypto || window.msCrypto;
    if (crypto) { b = crypto.getRandomValues(new Uint8Array(16)); } else { for (i = 0; i < 16; i++) { b[i] = Math.random() * 256; } }
    var hex = "";
    for (i = 0; i < 16; i++) {
      var n = i === 6 ? b[i] & 15 | 64 : i === 8 ? b[i] & 63 | 128 : b[i] & 255;
      hex += (n < 16 ? "0" : "") + n.toString(16) + (i === 3 || i === 5 || i === 7 || i === 9 ? "-" : "");
    }
    return hex;
  }
  function clockOf(when) { // Thai time, however the phone is set
    var there = new Date(new Date(when).getTime() + 7 * 3600 * 1000), h = there.getUTCHours(), m = there.getUTCMinutes();
    return (h < 10 ? "0" : "") + h + ":" + (m < 10 ? "0" : "") + m;
  }
  function far(m) {
    // Rounded: a patrol's own fix is no better, and a figure that jitters frightens.
    return m < 1000 ? say("metres", { n: Math.max(10, Math.round(m / 10) * 10) }) : say("km", { n: (m / 1000).toFixed(1) });
  }

  /* ---- what is shown ---- */
  function headline() {
    var time = heardAt ? clockOf(heardAt) : "";
    if (state === "sending") { return [say("sending"), tries ? say("not_yet") : ""]; }
    if (state === "received") { return [say("received", { time: time }), say("finding")]; }
    if (state === "coming") { return [say("coming", { time: time }), metres === null ? say("on_the_way") : say("how_far", { far: far(metres) })]; }
    if (state === "arrived") { return [say("arrived"), say("arrived_more")]; }
    if (state === "closed") { return [say("closed"), say("closed_more")]; }
    if (state === "refused") { return [say("refused"), ""]; }
    if (state === "old") { return [say("old", { time: clockOf(press.pressed_at) }), say("old_more")]; }
    return ["", ""];
  }
  function put(id, text) { if (el(id).textContent !== text) { el(id).textContent = text; } }
  function tell(text) { if (told !== text) { told = text; put("spoken", text); } }
  function draw() {
    var words = headline();
    body.setAttribute("data-state", state);
    put("headline", words[0]);
    put("detail", words[1]);
    put("line", line ? say(line) : "");
    put("place", fix ? say("placed", { m: Math.round(fix.accuracy_m) }) : say(looking ? "searching" : "no_place"));
    if (words[0]) { tell(words[0] + ". " + words[1] + (line ? ". " + say(line) : "")); }
  }
  function become(next) { state = next; line = ""; draw(); }
  function ring(part) { el("ring").setAttribute("stroke-dashoffset", RING * (1 - part)); el("ring").style.strokeDashoffset = RING * (1 - part); }

  /* ---- position: asked for early, never waited for longer than the countdown ---- */
  function look() {
    if (!navigator.geolocation) { return; }
    looking = true;
    navigator.geolocation.watchPosition(function (p) {
      fix = { lon: p.coords.longitude, lat: p.coords.latitude, accuracy_m: Math.min(p.coords.accuracy || 0, 100000), at: Date.now() };
      draw();
    }, function () { looking = false; draw(); }, { enableHighAccuracy: true, maximumAge: 15000, timeout: 30000 });
  }
  function place() { // a fix of more than two minutes ago may be another street
    return fix && Date.now() - fix.at < 120000 ? { lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m } : null;
  }

  /* ---- hold, count, send ---- */
  function begin() {
    if (state !== "idle" || held) { return; }
    var from = Date.now();
    held = { from: from, done: setTimeout(function () { startCount(Date.now() - from); }, HOLD_MS), turn: setInterval(function () { ring((Date.now() - from) / HOLD_MS); }, 40) };
    put("sos-sub", say("keep"));
    become("holding");
  }
  function letGo() {
    if (!held) { return; }
    clearTimeout(held.done); clearInterval(held.turn);
    held = null;
    ring(0);
    put("sos-sub", say("hold"));
    if (state === "holding") { become("idle"); put("hint", say("let_go")); tell(say("let_go")); }
  }
  function startCount(hold) {
    if (held) { clearTimeout(held.done); clearInterval(held.turn); held = null; }
    count = { left: COUNT_S, hold: hold, at: new Date().toISOString() };
    become("counting");
    showCount();
    count.tick = setInterval(function () { count.left -= 1; if (count.left <= 0) { send(); } else { showCount(); } }, 1000);
  }
  function showCount() {
    ring(count.left / COUNT_S);
    put("sos-big", String(count.left));
    put("sos-sub", "");
    put("hint", say("counting", { n: count.left }));
    tell(say("counting", { n: count.left }));
  }
  function endCount() {
    if (count) { clearInterval(count.tick); count = null; }
    ring(0);
    put("sos-big", "SOS"); put("sos-sub", say("hold")); put("hint", say("hint"));
  }
  function stop() { if (state === "counting") { endCount(); become("idle"); put("hint", say("let_go")); tell(say("let_go")); el("sos").focus(); } }
  function newPress(at, hold) {
    var phone = kept("sos.phone") || newId();
    keep("sos.phone", phone);
    return { v: 1, press_id: newId(), phone: phone, pressed_at: at, hold_ms: Math.min(hold, 600000), position: place(), words: el("words").value.replace(/^\s+|\s+$/g, "").slice(0, 500) };
  }
  function send() {
    if (state !== "counting") { return; }
    press = newPress(count.at, count.hold);
    endCount();
    keep("sos.press", JSON.stringify(press));
    tries = 0;
    become("sending");
    el("headline").focus();
    post();
  }

  /* ---- the line to the station: the same press_id until there is an answer ---- */
  function call(method, url, data, then) {
    var request = new XMLHttpRequest(), over = false;
    function end(status, answer) { if (!over) { over = true; then(status, answer); } }
    request.open(method, url);
    request.timeout = TIMEOUT_MS;
    request.onload = function () { var answer = null; try { answer = JSON.parse(request.responseText); } catch (e) { /* not ours */ } end(request.status, answer); };
    request.onerror = request.ontimeout = request.onabort = function () { end(0, null); };
    if (data) { request.setRequestHeader("Content-Type", "application/json"); }
    request.send(data);
  }
  function later(what, ms) { clearTimeout(wait); wait = setTimeout(what, ms); }
  function post() {
    if (sending || state !== "sending") { return; }
    sending = true;
    call("POST", "/sos/press", JSON.stringify(press), function (status, answer) {
      sending = false;
      if (status === 200 && answer && answer.press_id === press.press_id) { return heard(answer); }
      if (status === 400 || status === 413 || status === 422) { keep("sos.press", null); return become("refused"); }
      tries += 1; draw();
      // A little luck in the wait, or a whole street's phones would knock in step when the line comes back.
      later(post, Math.min(LONGEST_WAIT_MS, 1000 * Math.pow(2, Math.min(tries, 5) - 1)) * (0.7 + Math.random() * 0.6));
    });
  }
  function heard(answer) {
    heardAt = answer.heard_at;
    keep("sos.heard", heardAt);
    el("words").value = "";
    become("received");
    ask();
  }
  function ask() {
    clearTimeout(asking);
    if (!press || !heardAt) { return; }
    var about = press.press_id;
    call("GET", "/sos/press/" + about, null, function (status, answer) {
      if (!press || press.press_id !== about || !heardAt) { return; }
      if (status === 200 && answer && WORDS.th[answer.state]) {
        metres = typeof answer.unit_metres === "number" ? answer.unit_metres : null;
        if (line === "lost") { line = ""; }
        if (state !== answer.state) { become(answer.state); } else { draw(); }
        if (answer.state === "closed") { forget(); return; }
      } else { line = "lost"; draw(); }
      asking = setTimeout(ask, ASK_EVERY_MS * (0.8 + Math.random() * 0.4));
    });
  }
  function forget() { keep("sos.press", null); keep("sos.heard", null); }
  function again() { forget(); clearTimeout(wait); clearTimeout(asking); press = heardAt = metres = null; become("idle"); el("sos").focus(); }
  function more() { // further words are a press of the same phone: the station folds them into the same call
    if (!el("words").value) { el("words").focus(); return; }
    var next = newPress(new Date().toISOString(), 0), body = JSON.stringify(next);
    el("more").disabled = true;
    call("POST", "/sos/press", body, function (status) {
      el("more").disabled = false;
      if (status === 200) { el("words").value = ""; line = "more_sent"; } else { line = "not_yet"; }
      draw();
    });
  }

  /* ---- hands, keys and helpers for those who cannot hold ---- */
  function hands() {
    var sos = el("sos"), touched = 0;
    function down(e) { if (e.button) { return; } touched = Date.now(); e.preventDefault(); if (e.pointerId !== undefined && sos.setPointerCapture) { sos.setPointerCapture(e.pointerId); } begin(); } // a shaking finger may slide off: only lifting it cancels
    function up() { touched = Date.now(); letGo(); }
    if (window.PointerEvent) {
      sos.addEventListener("pointerdown", down); sos.addEventListener("pointerup", up); sos.addEventListener("pointercancel", up);
    } else {
      sos.addEventListener("touchstart", down); sos.addEventListener("touchend", up); sos.addEventListener("touchcancel", up);
      sos.addEventListener("mousedown", down); window.addEventListener("mouseup", up);
    }
    sos.addEventListener("contextmenu", function (e) { e.preventDefault(); });
    function isPress(e) { return e.key === " " || e.key === "Enter" || e.key === "Spacebar" || e.keyCode === 32 || e.keyCode === 13; }
    sos.addEventListener("keydown", function (e) { if (isPress(e)) { e.preventDefault(); if (!keyDown) { keyDown = true; begin(); } } });
    window.addEventListener("keyup", function (e) {
      if (!isPress(e) || !keyDown) { return; }
      e.preventDefault(); keyDown = false; letGo();
      if (state === "counting") { el("stop").focus(); } // not before: the held key would press it
    });
    sos.addEventListener("blur", function () { if (!count) { keyDown = false; letGo(); } });
    // A screen reader's or switch's click cannot be held; it still gets the countdown that can be stopped.
    sos.addEventListener("click", function () { if (state === "idle" && !keyDown && Date.now() - touched > 1000) { startCount(0); el("stop").focus(); } });
    el("stop").addEventListener("click", stop);
    el("now").addEventListener("click", send);
    el("again").addEventListener("click", again);
    el("more").addEventListener("click", more);
    el("send-old").addEventListener("click", function () { tries = 0; become("sending"); post(); });
    el("forget-old").addEventListener("click", again);
    el("language").addEventListener("click", function () { speak(language === "th" ? "en" : "th"); });
    el("night").addEventListener("click", function () { night(el("night").getAttribute("aria-pressed") !== "true"); });
  }
  function speak(next) {
    language = WORDS[next] ? next : "th";
    keep("sos.language", language);
    root.setAttribute("lang", language);
    document.title = "SOS " + say("title");
    var parts = document.querySelectorAll("[data-say]"), i;
    for (i = 0; i < parts.length; i++) { parts[i].textContent = say(parts[i].getAttribute("data-say")); }
    put("language", say("other")); el("language").setAttribute("lang", language === "th" ? "en" : "th");
    if (count) { showCount(); }
    draw();
  }
  function night(dark) {
    root.setAttribute("data-night", dark ? "yes" : "no");
    el("night").setAttribute("aria-pressed", String(dark));
    keep("sos.night", dark ? "yes" : "no");
  }
  function retryNow() { tries = Math.min(tries, 2); if (state === "sending") { clearTimeout(wait); post(); } else if (heardAt) { ask(); } }

  function resume() { // the page was closed, the phone was off, the line was gone
    try { press = JSON.parse(kept("sos.press")); } catch (e) { press = null; }
    if (!press) { return; }
    heardAt = kept("sos.heard");
    if (heardAt) { become("received"); ask(); return; }
    if (Date.now() - new Date(press.pressed_at).getTime() > OLD_MS) { become("old"); return; }
    become("sending"); post();
  }
  function start() {
    body.className = "";
    hands();
    var dark = kept("sos.night"), asked = /[?&]lang=(th|en)/.exec(location.search);
    night(dark ? dark === "yes" : !!(window.matchMedia && matchMedia("(prefers-color-scheme: dark)").matches));
    speak(asked ? asked[1] : kept("sos.language") || "th");
    look();
    resume();
    window.addEventListener("online", retryNow);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) { retryNow(); } });
    window.addEventListener("pagehide", function () {
      // Held for two seconds and not stopped: closing the page, or having the phone taken away, is no "stop".
      if (state !== "counting") { return; }
      send();
      if (navigator.sendBeacon) { navigator.sendBeacon("/sos/press", new Blob([JSON.stringify(press)], { type: "application/json" })); }
    });
  }
  start();
})();
