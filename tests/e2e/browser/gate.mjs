// A file behind its teaser: the page leads through it.
import { until } from "./run.mjs";

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
