/* player.js - plays the video of a watch page: asks the hub for a playback when the viewer presses play, and
 * tells it where the viewer is. Nothing is fetched before that: mobile data is dear. All texts are in the page.
 */
"use strict";
(() => {
  const screen = document.getElementById("player");
  if (!screen) return;
  const video = screen.querySelector("video");
  const start = screen.querySelector(".start");
  const say = screen.querySelector(".say");
  const choices = document.querySelectorAll("input[name=quality]");
  const text = (name) => screen.dataset["text" + name];
  const TELL_MS = 10000, AHEAD_MS = 300000, RETRY_MS = 30000, TIMER_MAX_MS = 2147483647;

  let playback = null; // what the hub answered: id, hlsUrl, expiresAt, sizes
  let hls = null; // null with native HLS
  let token = ""; // the signed part of every stream address; replaced when renewed
  let playedMs = 0, lastTime = 0, told = "", renewTimer = 0, mended = false, renewing = null, goesOn = false;

  /* --- the hub */

  class Refused extends Error {
    constructor(status, slug) {
      super(slug);
      this.status = status;
      this.slug = slug;
    }
  }

  async function ask(method, path, body, more) {
    const headers = body ? { "Content-Type": "application/json" } : {};
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), ...more });
    if (answer.ok) return answer.status === 204 ? null : answer.json();
    const problem = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, String(problem.type || "").split("/").pop());
  }

  const path = (url) => new URL(url, location.href).pathname; // this very host, whatever name it was reached by

  function take(answer) {
    playback = answer;
    token = path(answer.hlsUrl).split("/")[2];
    clearTimeout(renewTimer);
    const left = Date.parse(answer.expiresAt) - Date.now();
    renewTimer = setTimeout(renew, Math.min(Math.max(left - AHEAD_MS, RETRY_MS), TIMER_MAX_MS));
  }

  function renew() {
    renewing = renewing || ask("POST", `/v1/playbacks/${playback.id}/renew`)
      .then(take)
      .catch((error) => {
        renewTimer = setTimeout(renew, RETRY_MS);
        throw error;
      })
      .finally(() => { renewing = null; });
    renewing.catch(() => {}); // told by whoever waits for it; a timer tries again
    return renewing;
  }

  const withToken = (url) => url.replace(/\/stream\/[^/]+\//, `/stream/${token}/`);

  /* Where the viewer is; `last` when the page is about to go. */
  function tell(last) {
    const now = { positionMs: Math.round(video.currentTime * 1000), playedMs: Math.round(playedMs) };
    if (!playback || told === JSON.stringify(now) || !video.readyState) return;
    ask("PUT", `/v1/playbacks/${playback.id}/progress`, now, { keepalive: last })
      .then(() => { told = JSON.stringify(now); }, () => {});
  }

  /* --- what the viewer is told */

  const FAULTS = {
    "sign-in-required": "SignIn", "premium-required": "Premium", "not-ready": "Preparing",
    "not-found": "Gone", "rate-limited": "Busy", "unavailable": "Busy",
  };

  function show(message, button, act) {
    say.replaceChildren(message);
    say.hidden = false;
    if (button) {
      say.append(button);
      button.className = "button";
      if (act) button.addEventListener("click", act, { once: true });
    }
  }

  function fail(error, again) {
    const name = FAULTS[error.slug] || (error instanceof TypeError ? "Offline" : error.status >= 500 ? "Busy" : "Failed");
    if (name === "SignIn") {
      const link = document.createElement("a");
      link.href = screen.dataset.signIn;
      link.textContent = text("GoSignIn");
      show(text(name), link);
    } else if (name === "Premium" || name === "Gone" || !again) {
      show(text(name));
    } else {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text("Retry");
      show(text(name), button, again);
    }
  }

  /* --- the stream */

  function loadScript(src) {
    if (window.Hls) return Promise.resolve();
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = done;
      script.onerror = () => { script.remove(); failed(new TypeError("script")); };
      document.head.append(script);
    });
  }

  const wanted = () => [...choices].find((c) => c.checked)?.value || "auto";

  function levelOf(name) {
    return hls.levels.findIndex((level) => level.url.some((url) => url.endsWith(`/${name}.m3u8`)));
  }

  function streamFault(type, data) {
    const stale = data.response && [401, 403, 410].includes(data.response.code);
    const goOn = () => {
      say.hidden = true;
      goesOn = true;
      if (stale) hls.stopLoad(); // else it fills up meanwhile with another rendition, out of the browser's cache
      (stale ? renew() : Promise.resolve()).then(() => {
        hls.loadLevel = levelOf(wanted()); // hls.js took another one when this one was refused
        hls.startLoad(video.currentTime);
      }).catch((e) => fail(e, goOn)).finally(() => { goesOn = false; });
    };
    if (stale) return goesOn ? undefined : goOn(); // fatal or not: every other rendition is refused too
    if (!data.fatal) return;
    if (data.type === "mediaError" && !mended) {
      mended = true;
      return hls.recoverMediaError();
    }
    if (data.type !== "networkError") return fail(new Refused(0, ""), () => location.reload());
    const status = data.response ? data.response.code : 0;
    fail(status ? new Refused(status, status === 404 ? "not-found" : "") : new TypeError("network"), goOn);
  }

  function attach() {
    hls = new window.Hls({
      autoStartLoad: false, maxBufferLength: 30, maxMaxBufferLength: 30, backBufferLength: 30, capLevelToPlayerSize: true,
      xhrSetup: (xhr, url) => xhr.open("GET", withToken(url), true),
    });
    hls.on(window.Hls.Events.ERROR, streamFault);
    hls.on(window.Hls.Events.MANIFEST_PARSED, () => {
      const level = levelOf(wanted());
      if (level >= 0) hls.loadLevel = level;
      hls.startLoad(playback.resumePositionMs / 1000);
    });
    hls.on(window.Hls.Events.AUDIO_TRACKS_UPDATED, offerSounds);
    hls.on(window.Hls.Events.FRAG_BUFFERED, () => { mended = false; });
    hls.loadSource(path(playback.hlsUrl));
    hls.attachMedia(video);
  }

  /* More than one language: the viewer may choose. Captions are in the video's own controls. */
  function offerSounds() {
    if (hls.audioTracks.length < 2 || document.querySelector(".sound")) return;
    const label = document.createElement("label"), list = document.createElement("select");
    label.className = "sound";
    hls.audioTracks.forEach((track, i) => list.add(new Option(track.name, String(i), false, i === hls.audioTrack)));
    list.addEventListener("change", () => { hls.audioTrack = Number(list.value); });
    label.append(text("Sound"), list);
    screen.after(label);
  }

  /* Native HLS, only where Media Source Extensions are missing: the address is all there is to change. */
  function attachNative(at) {
    video.src = path(playback.hlsUrl);
    video.addEventListener("loadedmetadata", () => { video.currentTime = at; }, { once: true });
    video.addEventListener("error", () => {
      const goOn = () => renew().then(() => {
        say.hidden = true;
        attachNative(lastTime);
        return video.play();
      }).catch((e) => fail(e, goOn));
      fail(new TypeError("native"), goOn);
    }, { once: true });
  }

  async function begin() {
    start.hidden = true;
    show(text("Loading"));
    try {
      const mse = window.ManagedMediaSource || window.MediaSource;
      if (!mse && !video.canPlayType("application/vnd.apple.mpegurl")) return show(text("Unable"));
      if (mse) await loadScript(screen.dataset.hls);
      if (mse && !window.Hls.isSupported()) return show(text("Unable"));
      take(await ask("POST", `/v1/videos/${screen.dataset.video}/playbacks`, screen.dataset.teaser ? { teaser: true } : undefined));
      screen.querySelector(".poster")?.remove();
      video.hidden = false;
      video.controls = true;
      if (mse) attach();
      else attachNative(playback.resumePositionMs / 1000);
      video.focus();
      video.play().catch(() => {}); // refused by the browser: its own controls are there
    } catch (error) {
      fail(error, begin);
    }
  }

  /* A gated download (gate.js) asks for the teaser: what plays already counts as well. */
  function playTeaser() {
    screen.scrollIntoView({ block: "nearest" });
    if (playback) return void video.play().catch(() => {});
    screen.dataset.teaser = "1";
    video.addEventListener("ended", endTeaser, { once: true });
    begin();
  }

  /* The whole video may be played after it. */
  function endTeaser() {
    clearTimeout(renewTimer);
    hls?.destroy();
    video.removeAttribute("src");
    video.load();
    hls = playback = null;
    playedMs = lastTime = 0;
    delete screen.dataset.teaser;
    video.hidden = true;
    start.hidden = false;
  }

  /* --- what the viewer does */

  function seek(event) {
    event.preventDefault();
    const at = Number(event.currentTarget.dataset.seek) / 1000;
    screen.scrollIntoView({ block: "nearest" });
    if (playback) {
      video.currentTime = at;
      video.play().catch(() => {});
    } else {
      video.addEventListener("loadedmetadata", () => { video.currentTime = at; }, { once: true });
      begin();
    }
  }

  function keepChoice(event) {
    try { localStorage.setItem("hub-quality", event.target.value); } catch { /* not allowed: it holds for this page */ }
    if (!hls) return;
    const level = levelOf(event.target.value); // -1: automatic
    if (level > hls.loadLevel) hls.nextLevel = level; // better at once: what lies ahead is fetched anew
    else hls.loadLevel = level; // what was fetched is shown
  }

  /* The choice of last time; else the smallest where the browser is told to save data. */
  function recallChoice() {
    let kept = navigator.connection?.saveData ? choices[1]?.value : null;
    try { kept = localStorage.getItem("hub-quality") || kept; } catch { /* as above */ }
    for (const choice of choices) if (choice.value === kept) choice.checked = true;
  }

  video.addEventListener("timeupdate", () => {
    const passed = video.currentTime - lastTime;
    if (!video.seeking && passed > 0 && passed < 2) playedMs += passed * 1000;
    lastTime = video.currentTime;
  });
  video.addEventListener("playing", () => { say.hidden = true; });
  video.addEventListener("pause", () => tell(false));
  video.addEventListener("ended", () => tell(false));
  setInterval(() => { if (!video.paused) tell(false); }, TELL_MS);
  addEventListener("pagehide", () => tell(true));
  document.addEventListener("visibilitychange", () => { if (document.hidden) tell(true); });
  for (const choice of choices) choice.addEventListener("change", keepChoice);
  for (const link of document.querySelectorAll("[data-seek]")) link.addEventListener("click", seek);
  screen.addEventListener("teaser", playTeaser);
  start.addEventListener("click", begin);
  recallChoice();
  start.hidden = false;
})();
