// A file behind its teaser: the page leads through it.
import { mkdirSync } from "node:fs";
import { until } from "./run.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/* What the page says of the gate, each time it says something else. */
function watchBox() {
  const box = document.querySelector(".gate");
  window.told = [];
  new MutationObserver(() => {
    const now = { text: box.querySelector("p").textContent, link: !box.querySelector("a").hidden };
    if (window.told.at(-1)?.text !== now.text) window.told.push(now);
  }).observe(box, { subtree: true, childList: true, attributes: true });
}

export async function a_fan_is_led_through_the_teaser_to_the_download(t) {
  t.allow(/403 \(Forbidden\)/); // the hub says how far one is
  const page = await t.visitor({ acceptDownloads: true });
  await t.signIn(page, "tono", `/watch/${t.told.gated}`);
  t.check(await page.isHidden(".gate"), "nothing is asked before");
  await page.evaluate(watchBox);
  await page.click("button[data-gate]");
  t.check(await until(page, () => document.querySelector("video").currentTime > 0.5), "the teaser plays");
  await page.waitForSelector(".gate a:not([hidden])", { timeout: 60000 });
  const told = await page.evaluate(() => window.told);
  const left = told.slice(0, -1).map((one) => Number(/cuplikannya: (\d+) detik/.exec(one.text)?.[1]));
  t.check(left.length && left.every((n, i) => n > 0 && (i === 0 || n <= left[i - 1])), `it says how far one is: ${JSON.stringify(told)}`);
  t.check(told.every((one, i) => one.link === (i === told.length - 1)), "and gives the link at the end alone");
  await page.click(".gate a");
  t.check(/^\/d\/[\w-]{22,}$/.test(new URL(page.url()).pathname), `a ticket: ${page.url()}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
  t.equal(download.suggestedFilename(), "kilat.mkv", "the name on disk");
  await page.goto(`/watch/${t.told.gated}`);
  await Promise.all([page.waitForURL(/\/d\//), page.click("button[data-gate]")]);
}

/* What a viewer sees of the gate without scrolling. */
function inSight() {
  const seen = (e) => {
    const { top, bottom, left, right } = e.getBoundingClientRect();
    const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth && e.contains(over);
  };
  return { picture: seen(document.querySelector("#player")), text: seen(document.querySelector(".gate p")), bar: seen(document.querySelector(".gate progress")) };
}

export async function on_a_phone_one_sees_the_teaser_and_how_far_one_is_in_both_languages(t) {
  t.allow(/403 \(Forbidden\)/);
  for (const [locale, words] of [["id-ID", /^Tonton cuplikannya: (\d+) detik lagi\.$/], ["en-GB", /^Watch the teaser. Seconds to go: (\d+)\.$/]]) {
    const page = await t.visitor({ ...PHONE, locale });
    const photo = (name) => t.told.pictures && page.screenshot({ path: `${t.told.pictures}/gate-${name}_${locale.slice(0, 2)}.png` });
    if (t.told.pictures) mkdirSync(t.told.pictures, { recursive: true });
    await t.signIn(page, "ayu", `/watch/${t.told.gated}`);
    await page.evaluate(watchBox);
    await page.tap("button[data-gate]");
    t.check(await until(page, () => document.querySelector("video").currentTime > 0.5), `${locale}: the teaser plays`);
    await page.waitForSelector(".gate:not([hidden])");
    t.equal(await page.evaluate(inSight), { picture: true, text: true, bar: true }, `${locale}: in sight`);
    await photo("begun");
    t.check(await until(page, () => window.told.length >= 2), `${locale}: it goes on, on the page that is`);
    await photo("on");
    const told = (await page.evaluate(() => window.told)).filter((one) => !one.link).map((one) => words.exec(one.text)?.[1]);
    t.check(told.length && told.every((n) => n > 0), `${locale}: ${JSON.stringify(told)}`);
    if (locale === "id-ID") { // the other one goes to its end, and this one no further: its playback would open the gate for both
      await page.close();
      continue;
    }
    await page.waitForSelector(".gate a:not([hidden])", { timeout: 60000 });
    t.check(await page.evaluate(() => { const { top, bottom } = document.querySelector(".gate a").getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }), "and so is the link");
    await photo("ready");
  }
}

export async function after_the_teaser_the_whole_video_may_be_played(t) {
  t.allow(/403 \(Forbidden\)/);
  const page = await t.visitor();
  await t.signIn(page, "sari", `/watch/${t.told.gated}`);
  await page.click("button[data-gate]");
  await page.waitForSelector("#player .start:not([hidden])", { timeout: 60000 });
  await page.click("#player .start");
  t.check(await until(page, () => document.querySelector("video").currentTime > 0.5), "it plays");
  t.check(await page.evaluate(() => document.querySelector("video").duration) > 8, "and is the whole");
}

export async function without_javascript_the_refusal_says_what_to_do(t) {
  t.allow(/403 \(Forbidden\)/);
  const page = await t.visitor({ javaScriptEnabled: false });
  await t.signIn(page, "rudi", `/watch/${t.told.gated}`);
  await page.click("button[data-gate]");
  t.check((await page.textContent("main")).includes("cuplikan"), await page.textContent("main"));
}
