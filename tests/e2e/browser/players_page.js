// One video element and a player on it, which is spoken to in the same words whatever it is: in pages of players.mjs alone.
"use strict";
const video = document.querySelector("video");
const faults = []; // of the player
const given = []; // what the player gave the browser to play: {buffer, sound, at, data}, in order

const append = SourceBuffer.prototype.appendBuffer;
SourceBuffer.prototype.appendBuffer = function (data) {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  given.push({ buffer: this, sound: this.sound, at: this.timestampOffset, data: bytes.slice() });
  append.call(this, data);
};
const add = MediaSource.prototype.addSourceBuffer;
MediaSource.prototype.addSourceBuffer = function (type) {
  const buffer = add.call(this, type);
  buffer.sound = type.startsWith("audio");
  return buffer;
};

class WithHls {
  constructor(url) {
    this.hls = new Hls({ startPosition: 0, maxBufferLength: 60, backBufferLength: 60 });
    this.hls.on(Hls.Events.ERROR, (_, e) => faults.push(`${e.type} ${e.details} ${e.error || e.reason || ""} ${e.fatal ? "fatal" : ""}`));
    this.ready = new Promise((done) => this.hls.on(Hls.Events.MANIFEST_PARSED, done));
    this.hls.loadSource(url);
    this.hls.attachMedia(video);
  }

  heights = () => this.hls.levels.map((l) => l.height);
  show = (height) => { this.hls.nextLevel = this.heights().indexOf(height); };
  languages = () => this.hls.audioTracks.map((a) => a.lang);
  speak = (language) => { this.hls.audioTrack = this.languages().indexOf(language); };
  texts = () => this.hls.subtitleTracks.map((s) => s.lang);
  write = (language) => { this.hls.subtitleTrack = this.texts().indexOf(language); this.hls.subtitleDisplay = true; };
}

class WithShaka {
  constructor(url) {
    shaka.polyfill.installAll();
    this.player = new shaka.Player();
    this.player.addEventListener("error", (e) => faults.push(`${e.detail.code} ${e.detail.message}`));
    this.player.configure({ abr: { enabled: false }, streaming: { bufferingGoal: 60, bufferBehind: 60 } });
    this.ready = this.player.attach(video).then(() => this.player.load(url));
  }

  active = () => this.player.getVariantTracks().find((v) => v.active);
  heights = () => [...new Set(this.player.getVariantTracks().map((v) => v.height))].filter(Boolean).sort((a, b) => a - b);
  show = (height) => this.player.selectVariantTrack(this.player.getVariantTracks().find((v) => v.height === height && v.language === this.active().language), true, 1);
  languages = () => this.player.getAudioTracks().map((a) => a.language);
  speak = (language) => this.player.selectAudioTrack(this.player.getAudioTracks().find((a) => a.language === language));
  texts = () => this.player.getTextTracks().map((s) => s.language);
  write = (language) => this.player.selectTextTrack(this.player.getTextTracks().find((s) => s.language === language));
}

/* How loud the tones of the languages are heard, in decibels, in most of a second: between the beeps. */
let meter = null;
async function hear(tones) {
  if (!meter) {
    const audio = new AudioContext();
    meter = audio.createAnalyser();
    meter.fftSize = 8192;
    meter.smoothingTimeConstant = 0;
    audio.createMediaElementSource(video).connect(meter).connect(audio.destination);
    await audio.resume();
  }
  const heard = tones.map(() => []), spectrum = new Float32Array(meter.frequencyBinCount);
  for (let i = 0; i < 20; i++) {
    await new Promise((done) => setTimeout(done, 50));
    meter.getFloatFrequencyData(spectrum);
    tones.forEach((hertz, k) => heard[k].push(spectrum[Math.round(hertz * meter.fftSize / meter.context.sampleRate)]));
  }
  return heard.map((list) => list.sort((a, b) => a - b)[list.length / 2]);
}

/* Which words are on the screen, at which moments: {text: [first, last]} while playing from one to the other. */
async function read(from, to) {
  const seen = {};
  video.currentTime = from;
  await video.play();
  while (video.currentTime < to) {
    await new Promise((done) => setTimeout(done, 10));
    const now = video.currentTime;
    for (const track of video.textTracks)
      for (const cue of track.mode === "showing" && !video.seeking && track.activeCues || [])
        seen[cue.text] = [seen[cue.text]?.[0] ?? now, now];
  }
  return seen;
}

const cues = () => [...video.textTracks].filter((t) => t.mode !== "disabled").flatMap((t) => [...t.cues || []].map((c) => [c.startTime, c.endTime, c.text]));

/* Init and media of one kind, as the browser got them, in base64. */
async function recorded(sound) {
  const mine = given.filter((g) => g.sound === sound);
  const parts = mine.map((g) => new Blob([g.data]).arrayBuffer().then((b) => {
    let text = "";
    for (const byte of new Uint8Array(b)) text += String.fromCharCode(byte);
    return { at: g.at, data: btoa(text) };
  }));
  return Promise.all(parts);
}
