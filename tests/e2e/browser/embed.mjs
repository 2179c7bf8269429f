// A video in a frame of another site: it plays there, and what is not for there leads to its own page.
import { createServer } from "node:http";
import { until } from "./run.mjs";

/* A site of somebody else, in as far as browsers tell sites apart: another name of this machine. */
async function site(t, html) {
  const server = createServer((_, answer) => answer.setHeader("Content-Type", "text/html; charset=utf-8").end(`<!DOCTYPE html><title>Situs lain</title><link rel="icon" href="data:,">${html}`));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  t.here = `http://localhost:${server.address().port}`;
  return server;
}

const frameOf = async (page) => (await page.waitForSelector("iframe")).contentFrame();

export async function a_video_plays_within_a_page_of_another_site(t) {
  const told = await (await fetch(`${t.told.base}/oembed?url=${encodeURIComponent(`${t.told.base}/watch/${t.told.slug}`)}`)).json();
  const server = await site(t, told.html);
  try {
    const page = await t.visitor();
    await page.goto(t.here);
    const frame = await frameOf(page);
    const [box, screen] = [await (await page.$("iframe")).boundingBox(), await (await frame.waitForSelector(".screen")).boundingBox()];
    t.equal([screen.width, screen.height], [box.width, box.height], "the screen fills its frame");
    await frame.click("#player .start");
    t.check(await until(frame, () => document.querySelector("video").currentTime > 0.5), "it plays");
    if (t.told.pictures) await page.screenshot({ path: `${t.told.pictures}/embed.png` });
    const [own] = await Promise.all([page.context().waitForEvent("page"), (await frame.hover(".screen"), frame.click(".out a"))]);
    await own.waitForLoadState();
    t.equal(own.url(), `${t.told.base}/watch/${t.told.slug}`, "its title leads to its own page, outside");
  } finally {
    server.close();
  }
}

export async function a_page_of_the_hub_is_in_no_frame(t) {
  t.allow(/frame-ancestors|Refused to (frame|display)|violates the following Content Security Policy|chrome-error/);
  const server = await site(t, `<iframe src="${t.told.base}/watch/${t.told.slug}"></iframe>`);
  try {
    const page = await t.visitor();
    await page.goto(t.here);
    const frame = await frameOf(page);
    await page.waitForTimeout(1000);
    t.equal(await frame.locator("#player, .brand").count(), 0, "nothing of it is shown");
  } finally {
    server.close();
  }
}

export async function who_is_asked_for_the_age_says_it_once(t) {
  const page = await t.visitor();
  await page.goto(`/watch/${t.told.rated}`);
  t.equal(await page.locator("#player").count(), 0, "nothing plays before");
  if (t.told.pictures) await page.screenshot({ path: `${t.told.pictures}/age.png` });
  await Promise.all([page.waitForNavigation(), page.click("form[action='/age'] button")]);
  t.equal(new URL(page.url()).pathname, `/watch/${t.told.rated}`, "back on the page");
  await page.click("#player .start");
  t.check(await until(page, () => document.querySelector("video").currentTime > 0.3), "it plays");
  const server = await site(t, `<iframe src="${t.told.base}/embed/${t.told.rated}"></iframe>`);
  try {
    await page.goto(t.here);
    const frame = await frameOf(page);
    t.check(await frame.waitForSelector(".say a[href^='/watch/']"), "in a frame of another site it only leads to its page");
  } finally {
    server.close();
  }
}
