// Every manifest in other people's players: hls.js and Shaka Player, from a page of another origin.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { until } from "./run.mjs";

const SHAKA = `${process.env.HUB_E2E_MODULES}/node_modules/shaka-player/dist/shaka-player.compiled.js`;
const PAGE = `<!doctype html><title>A player</title><link rel="icon" href="data:,"><button>Play</button><video controls crossorigin width="640" height="360"></video>`;

/* The page's own host: nothing of it is the hub's. */
async function host(t) {
  const files = {
    "/": ["text/html", PAGE + `<script src="/hls.js"></script><script src="/shaka.js"></script><script src="/page.js"></script>`],
    "/hls.js": ["text/javascript", readFileSync(t.told.hlsjs)],
    "/shaka.js": ["text/javascript", readFileSync(SHAKA)],
    "/page.js": ["text/javascript", readFileSync(new URL("players_page.js", import.meta.url))],
  };
  const server = createServer((request, response) => {
    const [type, data] = files[request.url] || ["text/plain", ""];
    response.writeHead(data ? 200 : 404, { "Content-Type": type }).end(data);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}

let here = null;
async function open(t) {
  here = here || await host(t);
  t.here = here;
  const page = await t.visitor({ baseURL: here });
  await page.goto("/");
  await page.click("button"); // a gesture: sound is allowed
  return page;
}

const post = async (t, path, body) => {
  const answer = await fetch(t.told.base + path, { method: "POST", body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${t.told.token}`, ...body && { "Content-Type": "application/json" } } });
  return answer.json();
};
const playback = (t, video, body) => post(t, `/v1/videos/${video}/playbacks`, body);

/* What hls.js tells on a slow machine without ending: it waited for data, gave up a segment of what was
 * switched away from, or began at the first frame, which is not at 0. */
const HARMLESS = /bufferStalledError|networkError aborted|bufferSeekOverHole .* seeking from 0 to 0\.1/;
const KINDS = { "hls.js": ["WithHls", "hlsUrl"], "Shaka with HLS": ["WithShaka", "hlsUrl"], "Shaka with DASH": ["WithShaka", "dashUrl"] };

async function player(t, kind, playing) {
  const page = await open(t), [type, address] = KINDS[kind];
  await page.evaluate(async ([type, url]) => {
    window.p = type === "WithHls" ? new WithHls(url) : new WithShaka(url);
    await p.ready;
    await video.play();
  }, [type, playing[address]]);
  t.check(await plays(page, 0.5), `${kind}: it plays`);
  return page;
}

/* When the first frame is shown: the segments say 0.08 s, which HLS keeps and an MPD takes off. */
const zeroOf = (page) => page.evaluate(() => given.find((g) => !g.sound).buffer.buffered.start(0));
const at = (page) => page.evaluate(() => video.currentTime);
const plays = (page, from) => until(page, (s) => !video.paused && !video.seeking && video.readyState > 2 && video.currentTime > s, from);

async function ends(t, page, kind) {
  const seconds = await page.evaluate(() => { video.currentTime = video.duration - 1; video.play(); return video.duration; });
  t.check(await until(page, () => video.ended), `${kind}: ends, at ${await at(page)} of ${seconds} s`);
  const left = (await page.evaluate(() => faults)).filter((f) => !HARMLESS.test(f));
  t.equal(left, [], `${kind}: the player's complaints`);
  await page.context().close();
}

async function seeks(t, page, kind, seconds) {
  for (const to of [seconds * 0.7, 1.5, seconds * 0.4]) {
    await page.evaluate((s) => { video.currentTime = s; }, to);
    t.check(await plays(page, to + 0.2), `${kind}: plays on from ${to} s, is at ${await at(page)}`);
  }
}

async function each(t, work) {
  for (const kind of Object.keys(KINDS)) await work(kind);
}

export async function the_whole_plays_in_its_length(t) {
  const playing = await playback(t, t.told.video);
  await each(t, async (kind) => {
    const page = await player(t, kind, playing);
    t.check(await plays(page, 6), `${kind}: past 6 s, is at ${await at(page)}`);
    const seen = await page.evaluate(() => ({ duration: video.duration, start: video.buffered.start(0), ranges: video.buffered.length, heights: p.heights() }));
    t.check(Math.abs(seen.duration - t.told.seconds) < 0.1, `${kind}: ${seen.duration} s long`);
    t.check(seen.start < 0.1 && seen.ranges === 1, `${kind}: buffered from ${seen.start} in ${seen.ranges} pieces`);
    t.equal([...new Set(seen.heights)].sort((a, b) => a - b).filter(Boolean), t.told.heights, `${kind}: heights`);
    await ends(t, page, kind);
  });
}

export async function every_rendition_is_switched_to_and_from_while_it_plays(t) {
  const playing = await playback(t, t.told.video);
  await each(t, async (kind) => {
    const page = await player(t, kind, playing), [low, middle, high] = t.told.heights;
    for (const height of [low, high, middle, low, high]) {
      await page.evaluate((h) => p.show(h), height);
      t.check(await until(page, (h) => video.videoHeight === h, height), `${kind}: becomes ${height}`);
      t.check(await plays(page, await at(page) + 0.3), `${kind}: plays on in ${height}`);
    }
    t.equal(await page.evaluate(() => video.buffered.length), 1, `${kind}: pieces of the buffer`);
    await ends(t, page, kind);
  });
}

export async function seeking_goes_on_from_there(t) {
  const playing = await playback(t, t.told.video);
  await each(t, async (kind) => {
    const page = await player(t, kind, playing);
    await seeks(t, page, kind, t.told.seconds);
    await ends(t, page, kind);
  });
}

export async function the_other_language_is_heard_when_it_is_chosen(t) {
  const playing = await playback(t, t.told.video);
  await each(t, async (kind) => {
    const page = await player(t, kind, playing), tones = t.told.tones;
    t.equal((await page.evaluate(() => p.languages())).sort(), Object.keys(tones).sort(), `${kind}: languages`);
    for (const language of ["id", "en", "id"]) {
      await page.evaluate((l) => { p.speak(l); video.currentTime = 2; }, language);
      await plays(page, 3);
      const loud = await page.evaluate((hertz) => hear(hertz), Object.values(tones));
      const [mine, other] = Object.keys(tones)[0] === language ? loud : loud.reverse();
      t.check(mine > other + 10, `${kind}: ${language} is heard: ${mine} dB against ${other} dB`);
    }
    await ends(t, page, kind);
  });
}

export async function captions_are_shown_when_they_are_said(t) {
  const playing = await playback(t, t.told.video);
  await each(t, async (kind) => {
    const page = await player(t, kind, playing);
    t.equal((await page.evaluate(() => p.texts())).sort(), Object.keys(t.told.captions).sort(), `${kind}: captions`);
    for (const [language, wanted] of Object.entries(t.told.captions)) {
      await page.evaluate((l) => p.write(l), language);
      await page.evaluate(() => { video.currentTime = 0; });
      t.check(await until(page, ([, , text]) => cues().some((c) => c[2].includes(text)), wanted[0]), `${kind}: ${language} is loaded`);
      const zero = await zeroOf(page), [from, to, text] = [wanted[0][0] + zero, wanted[0][1] + zero, wanted[0][2]];
      const seen = await page.evaluate(([a, b]) => read(a, b), [from - 1, to + 0.6]);
      const [first, last] = seen[text] || [-9, -9];
      t.check(Math.abs(first - from) < 0.1 && Math.abs(last - to) < 0.1, `${kind}: ${language} ${text} from ${from} to ${to}: ${JSON.stringify(seen)}`);
      const [, , late] = wanted[1], found = (await page.evaluate(() => cues())).filter((c) => c[2] === late);
      t.check(found.length === 1 && Math.abs(found[0][0] - zero - wanted[1][0]) < 0.05, `${kind}: ${language} ${late}: ${JSON.stringify(found)}`);
    }
    await ends(t, page, kind);
  });
}

async function inStep(t, playing, seconds) {
  await each(t, async (kind) => {
    const page = await player(t, kind, playing);
    await until(page, () => video.buffered.length && video.buffered.end(0) > video.duration - 0.3);
    const given = { picture: await page.evaluate(() => recorded(false)), sound: await page.evaluate(() => recorded(true)) };
    for (const fault of await t.ask({ step: { ...given, seconds } })) t.faults.push(`${kind}: ${fault}`);
    await ends(t, page, kind);
  });
}

export async function sound_and_picture_are_given_to_the_browser_in_step(t) {
  await inStep(t, await playback(t, t.told.video), t.told.seconds);
}

export async function those_of_a_teaser_are_in_step_too(t) {
  await inStep(t, await playback(t, t.told.video, { teaser: true }), t.told.teaser[1] - t.told.teaser[0]);
}

export async function the_sound_plays_alone(t) {
  const playing = await playback(t, t.told.video);
  const master = playing.hlsUrl.replace("master.m3u8", "audio.m3u8");
  const page = await player(t, "hls.js", { hlsUrl: master });
  t.check(await plays(page, 2), "the playlist of the sound");
  await ends(t, page, "the sound alone");
}

export async function a_silent_portrait_plays_at_its_odd_rate(t) {
  const playing = await playback(t, t.told.silent.video);
  await each(t, async (kind) => {
    const page = await player(t, kind, playing), seconds = t.told.silent.seconds;
    const seen = await page.evaluate(() => ({ duration: video.duration, width: video.videoWidth, height: video.videoHeight }));
    t.check(Math.abs(seen.duration - seconds) < 0.1, `${kind}: ${seen.duration} s long`);
    t.check(seen.height > seen.width, `${kind}: ${JSON.stringify(seen)}`);
    for (const height of t.told.silent.heights) {
      await page.evaluate((h) => p.show(h), height);
      t.check(await until(page, (h) => video.videoHeight === h, height), `${kind}: becomes ${height}`);
    }
    await seeks(t, page, kind, seconds);
    t.equal(await page.evaluate(() => video.buffered.length), 1, `${kind}: pieces of the buffer`);
    await ends(t, page, kind);
  });
}

export async function a_teaser_plays_its_part_and_opens_nothing_else(t) {
  t.allow(/404 \(Not Found\)/);
  const playing = await playback(t, t.told.video, { teaser: true }), whole = await playback(t, t.told.video);
  t.check(playing.teaser, "told to be a teaser");
  const [token, other] = [playing.hlsUrl.split("/")[4], whole.hlsUrl.split("/")[5]];
  for (const name of ["master.m3u8", "manifest.mpd", "240p/1.m4s", "240p.mp4", "storyboard.vtt"])
    t.equal((await fetch(`${t.told.base}/stream/${token}/${other}/${name}`)).status, 404, `the whole's ${name} with the teaser's token`);
  await each(t, async (kind) => {
    const page = await player(t, kind, playing);
    const [from, to] = t.told.teaser;
    const seconds = await page.evaluate(() => video.duration);
    t.check(Math.abs(seconds - await zeroOf(page) - (to - from)) < 0.15, `${kind}: ${seconds} s long`); // a sound's last segment is longer by some frames
    t.equal((await page.evaluate(() => p.texts())).length, Object.keys(t.told.captions).length, `${kind}: captions`);
    // Shaka tells its captions where HLS media begins when picture is appended, and only those that are on by then: whoever turns
    // them on later in a teaser that is buffered whole has them late by where it begins. With DASH, and in hls.js, they are right.
    if (kind === "Shaka with HLS") return ends(t, page, kind);
    await page.evaluate(() => p.write("id"));
    t.check(await until(page, () => cues().length), `${kind}: captions are loaded`);
    const [start, , text] = t.told.captions.id.find(([a]) => a > from && a < to), found = (await page.evaluate(() => cues())).filter((c) => c[2] === text);
    t.check(found.length === 1 && Math.abs(found[0][0] - await zeroOf(page) - (start - from)) < 0.05, `${kind}: ${text} at ${start - from}: ${JSON.stringify(await page.evaluate(() => cues()))}`);
    await ends(t, page, kind);
  });
}

export async function the_storyboard_shows_every_moment(t) {
  const playing = await playback(t, t.told.video), page = await open(t);
  const text = await (await fetch(playing.storyboardUrl)).text();
  const tiles = [...text.matchAll(/([\d:.]+) --> ([\d:.]+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g)];
  t.check(tiles.length > 2, text);
  const sizes = {};
  for (const [, , , name, x, y, w, h] of tiles) {
    const url = new URL(name, playing.storyboardUrl).href;
    sizes[url] = sizes[url] || await page.evaluate(async (src) => {
      const picture = new Image();
      picture.src = src;
      await picture.decode();
      return [picture.naturalWidth, picture.naturalHeight];
    }, url);
    t.check(+x + +w <= sizes[url][0] && +y + +h <= sizes[url][1], `${x},${y},${w},${h} of ${name}: ${sizes[url]}`);
  }
  const last = tiles[tiles.length - 1][2].split(":").reduce((s, part) => s * 60 + Number(part), 0);
  t.check(Math.abs(last - t.told.seconds) < 0.2, `the last tile ends at ${last}`);
}

/* A file in the element itself. */
async function plain(t, url, what, seconds) {
  const page = await open(t);
  await page.evaluate(async (src) => { video.removeAttribute("crossorigin"); video.src = src; await video.play(); }, url);
  t.check(await plays(page, 1), `${what}: plays`);
  const seen = await page.evaluate(() => ({ duration: video.duration, height: video.videoHeight, sound: video.webkitAudioDecodedByteCount, picture: video.webkitVideoDecodedByteCount }));
  t.check(Math.abs(seen.duration - seconds) < 0.3 && seen.sound > 500 && seen.picture > 500, `${what}: ${JSON.stringify(seen)}, not ${seconds} s`);
  await page.evaluate(() => { video.currentTime = video.duration * 0.6; });
  t.check(await plays(page, seconds * 0.6 + 0.2), `${what}: seeks`);
  await page.context().close();
}

export async function files_and_the_share_clip_play_by_themselves(t) {
  for (const asset of t.told.files) {
    const ticket = await post(t, `/v1/assets/${asset}/tickets`);
    await plain(t, ticket.url, ticket.filename, t.told.seconds);
  }
  await plain(t, t.told.clip.url, "the share clip", t.told.clip.seconds);
}

export async function a_preview_grows_while_it_plays_and_then_ends(t) {
  const { video: id, seconds } = await t.ask({ preview: true });
  const page = await player(t, "hls.js", await playback(t, id));
  const first = await page.evaluate(() => video.duration);
  await page.evaluate(() => { video.playbackRate = 2; });
  t.check(first < seconds - 1, `grows: ${first} s of ${seconds} at first`);
  t.check(await until(page, (s) => Math.abs(video.duration - s) < 0.1, seconds, 120000), `grown: ${await page.evaluate(() => video.duration)} s`);
  t.check(await until(page, () => !p.hls.levels[p.hls.currentLevel].details.live, undefined, 60000), "no longer live");
  t.check(await plays(page, await at(page) + 1), "plays on");
  await seeks(t, page, "grown", seconds);
  t.equal(await page.evaluate(() => video.buffered.length), 1, "pieces of the buffer");
  await ends(t, page, "grown");
  const after = await playback(t, id);
  await each(t, async (kind) => ends(t, await player(t, kind, after), kind));
}

export async function the_watch_page_offers_languages_and_captions(t) {
  const page = await t.visitor();
  await page.goto(`/watch/${t.told.slug}`);
  await page.click("#player .start");
  t.check(await until(page, () => document.querySelector("video").currentTime > 1), "it plays");
  t.equal(await page.locator(".sound option").count(), 2, "languages to choose from");
  await page.selectOption(".sound select", { index: 1 });
  t.check(await until(page, () => hls.audioTrack === 1), "chosen");
  const texts = await page.evaluate(() => [...document.querySelector("video").textTracks].map((x) => x.language).sort());
  t.equal(texts, Object.keys(t.told.captions).sort(), "captions in the video's own controls");
  await page.evaluate(() => { for (const x of document.querySelector("video").textTracks) if (x.language === "en") x.mode = "showing"; });
  t.check(await until(page, () => [...document.querySelector("video").textTracks].find((x) => x.language === "en").cues?.length > 1), "and read");
  t.check(await until(page, () => document.querySelector("video").currentTime > 6, undefined, 40000), "it plays on");
}
