// A video is watched: with hls.js, through the signed addresses, with its sound.
import { until } from "./run.mjs";

const at = (page) => page.evaluate(() => document.querySelector("video").currentTime);
const plays = (page, from) => until(page, (t) => {
  const v = document.querySelector("video");
  return !v.paused && !v.seeking && v.readyState > 2 && v.currentTime > t;
}, from);

async function begin(t, page, rendition = "auto") {
  await page.goto(`/watch/${t.told.slug}`);
  await page.check(`input[name=quality][value="${rendition}"]`);
  await page.click("#player .start");
  return t.check(await plays(page, 0.5), "it plays");
}

async function jump(t, page, to) {
  await page.evaluate((s) => { document.querySelector("video").currentTime = s; }, to);
  if (!t.check(await plays(page, to + 0.3), `plays on from ${to} s`)) return;
  const now = await at(page);
  t.check(now >= to && now < to + 5, `at ${now} s after a jump to ${to} s`);
}

/* How loud it is for a quarter of a second, as a root mean square. */
const loudness = (page) => page.evaluate(async () => {
  const audio = new AudioContext();
  await audio.resume();
  const meter = audio.createAnalyser();
  audio.createMediaElementSource(document.querySelector("video")).connect(meter);
  meter.connect(audio.destination);
  const heard = new Float32Array(meter.fftSize);
  let most = 0;
  for (let i = 0; i < 100 && most < 0.01; i++) {
    await new Promise((done) => setTimeout(done, 50));
    meter.getFloatTimeDomainData(heard);
    most = Math.max(most, Math.sqrt(heard.reduce((sum, x) => sum + x * x, 0) / heard.length));
  }
  const spectrum = new Float32Array(meter.frequencyBinCount);
  meter.getFloatFrequencyData(spectrum);
  const loudest = spectrum.indexOf(Math.max(...spectrum));
  return { rms: most, hertz: loudest * audio.sampleRate / meter.fftSize };
});

export async function a_video_is_found_on_the_home_page_and_watched_with_its_sound(t) {
  const page = await t.visitor();
  await page.goto("/");
  await page.click(`a[href="/watch/${t.told.slug}"]`);
  await page.click("#player .start");
  if (!t.check(await plays(page, 1), "it plays")) return;
  const seen = await page.evaluate(() => {
    const v = document.querySelector("video");
    const q = v.getVideoPlaybackQuality();
    return { width: v.videoWidth, frames: q.totalVideoFrames, video: v.webkitVideoDecodedByteCount, audio: v.webkitAudioDecodedByteCount,
      duration: v.duration, hls: Hls.version, say: document.querySelector(".say").hidden, src: v.src.slice(0, 5) };
  });
  t.check(seen.width > 0 && seen.frames > 10 && seen.video > 1000, `a picture: ${JSON.stringify(seen)}`);
  t.check(seen.audio > 1000, `sound is decoded: ${seen.audio} bytes`);
  t.equal([seen.hls, seen.src, seen.say], ["1.7.4", "blob:", true], "hls.js on Media Source Extensions, and no message");
  t.check(Math.abs(seen.duration - t.told.seconds) < 0.2, `${seen.duration} s long`);
  const heard = await loudness(page);
  t.check(heard.rms > 0.01, `loud: ${heard.rms}`);
  t.check(Math.abs(heard.hertz - 440) < 40, `the tone of the clip: ${heard.hertz} Hz`);
}

export async function every_stream_request_carries_the_signed_address(t) {
  const page = await t.visitor();
  const asked = [];
  page.on("request", (r) => asked.push(new URL(r.url()).pathname));
  let playback;
  page.on("response", async (r) => { if (r.url().endsWith("/playbacks")) playback = await r.json(); });
  await page.goto(`/watch/${t.told.slug}`);
  await page.waitForTimeout(300);
  t.check(!asked.some((p) => /\.m3u8|\/hls-|playbacks/.test(p)), `nothing is fetched before the viewer presses play: ${asked}`);
  await page.click("#player .start");
  await plays(page, 0.5);
  const stream = asked.filter((p) => p.startsWith("/stream/"));
  const folder = new URL(playback.hlsUrl).pathname.split("/").slice(0, 4).join("/") + "/";
  t.check(stream.length > 4 && stream.every((p) => p.startsWith(folder)), `under ${folder}: ${stream}`);
  t.check(stream.some((p) => /\/audio\/\d+\.m4s$/.test(p)) && stream.some((p) => /p\/\d+\.m4s$/.test(p)), "sound and picture apart");
}

export async function seeking_goes_on_from_there(t) {
  const page = await t.visitor();
  if (!await begin(t, page)) return;
  for (const to of [t.told.seconds - 6, 2, t.told.seconds / 2]) await jump(t, page, to);
  await page.evaluate((s) => { document.querySelector("video").currentTime = s; }, t.told.seconds - 1);
  t.check(await until(page, () => document.querySelector("video").ended), "it ends");
}

export async function a_chapter_begins_the_video_there(t) {
  const page = await t.visitor();
  await page.goto(`/watch/${t.told.slug}`);
  await page.click("[data-seek='10000']");
  t.check(await plays(page, 10.2), "plays from the chapter");
  const now = await at(page);
  t.check(now < 15, `at ${now} s`);
}

const becomes = (page, name) => until(page, (h) => document.querySelector("video").videoHeight === h, parseInt(name));

export async function a_better_rendition_is_shown_at_once_and_a_smaller_one_wastes_nothing_fetched(t) {
  const page = await t.visitor();
  const [small, large] = t.told.renditions;
  const asked = [];
  page.on("request", (r) => { if (r.url().endsWith(".m4s")) asked.push(r.url()); });
  if (!await begin(t, page, small)) return;
  t.check(await becomes(page, small), `begins in ${small}`);
  t.check(!asked.some((u) => u.includes(`/${large}/`)), "and fetches nothing else");
  await page.check(`input[name=quality][value="${large}"]`);
  t.check(await becomes(page, large), `the picture becomes ${large}`);
  await jump(t, page, 9);
  await until(page, () => document.querySelector("video").buffered.end(0) > document.querySelector("video").duration - 0.5);
  asked.length = 0;
  await page.check(`input[name=quality][value="${small}"]`);
  await plays(page, await at(page) + 1);
  t.equal(asked, [], "nothing that was fetched is fetched again");
  t.check(await page.evaluate(() => document.querySelector("video").webkitAudioDecodedByteCount) > 1000, "the sound goes on");
}

export async function the_chosen_quality_is_remembered(t) {
  const page = await t.visitor();
  const [small, large] = t.told.renditions;
  await page.goto(`/watch/${t.told.slug}`);
  for (const name of [large, small]) {
    await page.check(`input[name=quality][value="${name}"]`);
    await page.reload();
    t.equal(await page.locator("input[name=quality]:checked").getAttribute("value"), name, "remembered");
    await page.click("#player .start");
    t.check(await plays(page, 0.3) && await becomes(page, name), `and used: ${name}`);
  }
}

export async function hls_js_itself_switches_levels_without_a_gap(t) {
  const page = await t.visitor();
  if (!await begin(t, page)) return;
  t.equal(await page.evaluate(() => hls.levels.map((l) => l.height)), t.told.renditions.map((n) => parseInt(n)), "levels");
  for (const level of [0, 1, 0]) {
    await page.evaluate((l) => { hls.nextLevel = l; }, level);
    t.check(await until(page, (h) => document.querySelector("video").videoHeight === h, parseInt(t.told.renditions[level])), `level ${level}`);
    t.check(await plays(page, await at(page) + 0.5), "plays on");
  }
  const holes = await page.evaluate(() => document.querySelector("video").buffered.length);
  t.equal(holes, 1, "one unbroken buffer");
}

export async function who_is_signed_in_goes_on_where_they_stopped(t) {
  const page = await t.visitor();
  await t.signIn(page, "sari", `/watch/${t.told.slug}`);
  await page.click("#player .start");
  await plays(page, 0.3);
  await jump(t, page, 12);
  const [kept] = await Promise.all([
    page.waitForResponse((r) => r.url().endsWith("/progress")),
    page.evaluate(() => document.querySelector("video").pause()),
  ]);
  t.equal(kept.status(), 204, "the position is told at a pause");
  await page.reload();
  t.check(/0:1[2-6]/.test(await page.textContent("#player .start")), `the button says from where: ${await page.textContent("#player .start")}`);
  await page.click("#player .start");
  t.check(await plays(page, 12), "goes on");
  t.check(await at(page) < 18, `at ${await at(page)} s`);
  await page.evaluate(() => { document.querySelector("video").currentTime = 5; });
  await plays(page, 5.2);
  await page.goto("/"); // without a pause: the page tells while it goes
  await page.waitForTimeout(300);
  await page.goto(`/watch/${t.told.slug}`);
  t.check(/0:0[5-9]/.test(await page.textContent("#player .start")), `kept when the page goes: ${await page.textContent("#player .start")}`);
}

/* Timers of half a minute and more run twenty times as fast: the one that renews before the address expires. */
function hurry() {
  const timer = window.setTimeout;
  window.setTimeout = (act, ms, ...more) => timer(act, ms >= 30000 ? ms / 20 : ms, ...more);
}

export async function the_address_is_renewed_before_it_expires_and_the_new_one_is_used(t) {
  const page = await t.visitor();
  await page.addInitScript(hurry);
  const asked = [], answers = [];
  page.on("request", (r) => asked.push(r.url()));
  page.on("response", async (r) => { if (/\/(playbacks|renew)$/.test(r.url())) answers.push(await r.json()); });
  await t.ask({ restart: { flags: ["--stream-life", "5min"] } }); // five minutes before its end a player renews
  if (!await begin(t, page)) return;
  await page.waitForResponse((r) => r.url().endsWith("/renew"));
  await page.waitForTimeout(200);
  await page.evaluate((l) => { hls.nextLevel = l; }, await page.evaluate(() => 1 - hls.currentLevel));
  const token = (answer) => answer.hlsUrl.split("/")[4];
  t.check(answers.length > 1 && answers[0].id === answers[1].id, "the same playback");
  t.check(Date.parse(answers[1].expiresAt) >= Date.parse(answers[0].expiresAt), "a later end");
  const later = () => asked.filter((u) => u.includes("/stream/")).slice(-2);
  await page.waitForTimeout(1500);
  t.check(answers.slice(1).some((a) => later().some((u) => u.includes(token(a)))), `the new address is used: ${later()}`);
  t.check(await plays(page, await at(page)), "plays on");
}

/* A renewal takes a second, as on a slow network. (page.route would do it too, but turns the browser's cache off.) */
function dawdle() {
  const ask = window.fetch;
  window.fetch = async (path, ...more) => {
    if (String(path).endsWith("/renew")) await new Promise((done) => setTimeout(done, 1000));
    return ask(path, ...more);
  };
}

export async function a_viewer_outlives_a_restart_of_the_hub_and_an_expired_address(t) {
  t.allow(/410 \(Gone\)|ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE/);
  const page = await t.visitor();
  await page.addInitScript(dawdle);
  const answers = [];
  page.on("response", (r) => answers.push(`${r.status()} ${new URL(r.url()).pathname.replace(/stream\/[^/]+/, "stream/…")}`));
  const [small, large] = t.told.renditions;
  if (!await begin(t, page, small)) return;
  await page.evaluate(() => document.querySelector("video").pause());
  await t.ask({ restart: { now: "+25200000" } }); // seven hours later
  await page.check(`input[name=quality][value="${large}"]`);
  await page.evaluate(() => document.querySelector("video").play());
  t.check(await plays(page, await at(page) + 0.5), `plays on: ${answers.slice(-8)}`);
  t.check(await becomes(page, large), "in the other rendition");
  t.check(await at(page) < 8, `at once, not when the end is near: at ${await at(page)} s`);
  t.check(answers.some((a) => a.startsWith("410 ")), "the old address had expired");
  t.check(answers.some((a) => /^200 .*\/renew$/.test(a)), "it was renewed");
  t.check(await page.isHidden(".say"), "no message is left");
  await t.ask({ restart: {} });
}

/* Renewals wait until they are let go. */
function hold() {
  const ask = window.fetch;
  window.held = 0;
  window.letGo = new Promise((go) => { window.release = go; });
  window.fetch = async (path, ...more) => {
    if (String(path).endsWith("/renew")) { window.held++; await window.letGo; }
    return ask(path, ...more);
  };
}

export async function an_address_refused_while_a_new_one_is_on_its_way_is_waited_for(t) {
  t.allow(/410 \(Gone\)|ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE/);
  const page = await t.visitor();
  await page.addInitScript(hurry);
  await page.addInitScript(hold);
  const [small, large] = t.told.renditions;
  await t.ask({ restart: { flags: ["--stream-life", "5min"] } });
  if (!await begin(t, page, small)) return;
  await page.evaluate(() => document.querySelector("video").pause());
  t.check(await until(page, () => window.held === 1), "its timer asks for a new one");
  await t.ask({ restart: { now: "+25200000" } });
  const refused = page.waitForResponse((r) => r.status() === 410);
  await page.check(`input[name=quality][value="${large}"]`);
  await refused;
  await page.waitForTimeout(300); // in which the player may do something else about it
  await page.evaluate(() => { window.release(); return document.querySelector("video").play(); });
  t.check(await becomes(page, large), "in the other rendition");
  t.check(await at(page) < 8, `at once: at ${await at(page)} s`);
  t.equal(await page.evaluate(() => window.held), 1, "asked for once");
  await t.ask({ restart: {} });
}

export async function a_lost_connection_is_told_and_can_be_tried_again(t) {
  t.allow(/ERR_|Failed to load/);
  const page = await t.visitor();
  await page.goto(`/watch/${t.told.slug}`);
  await page.context().setOffline(true);
  await page.click("#player .start");
  await page.waitForSelector(".say button");
  t.check((await page.textContent(".say")).startsWith("Koneksi terputus."), await page.textContent(".say"));
  await page.context().setOffline(false);
  await page.click(".say button");
  t.check(await plays(page, 0.5), "plays after all");
}
