// The pages as people see them: in both languages, from 360 px up, by eye, by keyboard and by a reader's ear.
import { mkdirSync } from "node:fs";

const WIDTHS = [360, 1280];

function addresses(t) {
  return ["/", "/videos", "/search?q=kelinci", "/search?q=tidak-ada-yang-begini", `/watch/${t.told.slug}`, `/watch/${t.told.members}`, `/d/${t.told.ticket}`, "/auth/login", "/auth/signup", "/auth/recover",
    "/problems/not-found", "/tidak/ada"];
}

/* In the page: what a reader of screens, or a small screen, would stumble over. */
function stumbles() {
  const found = [];
  const shown = (e) => e.offsetParent !== null && getComputedStyle(e).visibility !== "hidden";
  const name = (e) => (e.getAttribute("aria-label") || e.textContent || e.getAttribute("title") || "").trim();
  const one = (selector) => document.querySelectorAll(selector).length === 1 || found.push(`${document.querySelectorAll(selector).length} of ${selector}`);
  one("h1");
  one("main");
  one("title");
  if (document.querySelectorAll("header").length < 1 || !document.querySelector("footer")) found.push("no header or footer");
  if (!document.documentElement.lang) found.push("no lang");
  if (!document.title.trim()) found.push("no title");
  if (!document.querySelector("meta[name=viewport]")?.content.includes("width=device-width")) found.push("no viewport");
  for (const e of document.querySelectorAll("a[href], button")) if (shown(e) && !name(e)) found.push(`nameless: ${e.outerHTML.slice(0, 120)}`);
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!e.labels?.length && !e.getAttribute("aria-label")) found.push(`no label: ${e.outerHTML.slice(0, 120)}`);
  for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) found.push(`no alt: ${e.outerHTML.slice(0, 120)}`);
  const levels = [...document.querySelectorAll("h1,h2,h3,h4")].map((e) => Number(e.tagName[1]));
  levels.forEach((l, i) => i && l > levels[i - 1] + 1 && found.push(`a heading of level ${l} after ${levels[i - 1]}`));
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) found.push(`an id twice: ${ids}`);
  for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) found.push("a tabindex above 0");
  if (document.documentElement.scrollWidth > innerWidth) found.push(`${document.documentElement.scrollWidth} px wide on ${innerWidth}`);
  for (const e of document.querySelectorAll("time, .at"))
    if (e.getClientRects().length > 1 || e.getBoundingClientRect().height > 1.9 * parseFloat(getComputedStyle(e).fontSize)) found.push(`broken in two: ${e.textContent}`);
  for (const e of document.querySelectorAll("a.button, button, .account a, input[type=search]")) {
    const box = e.getBoundingClientRect();
    if (shown(e) && box.height < 24) found.push(`${Math.round(box.height)} px high: ${name(e)}`);
  }
  return found;
}

/* WCAG 1.4.3 for all text that lies on a plain colour. */
function faint() {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (colour, under) => {
    canvas.fillStyle = under ? `rgb(${under})` : "#fff";
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (c) => c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const under = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.backgroundImage !== "none") return null;
      layers.unshift(style.backgroundColor);
    }
    return layers.reduce((below, colour) => rgb(colour, below), null);
  };
  const found = new Set();
  const look = (e, style, text) => {
    const below = e.offsetParent && under(e);
    if (!below) return;
    const [a, b] = [light(rgb(style.color, below)), light(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.add(`${ratio.toFixed(1)}:1 “${text.trim().slice(0, 40)}”`);
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; (n = walk.nextNode());) {
    const e = n.parentElement;
    if (n.data.trim() && !e.closest("script, style, .skip")) look(e, getComputedStyle(e), n.data);
  }
  for (const e of document.querySelectorAll("[placeholder]")) look(e, getComputedStyle(e, "::placeholder"), e.placeholder);
  return [...found];
}

async function photograph(t, page, name) {
  if (!t.told.pictures) return;
  mkdirSync(t.told.pictures, { recursive: true });
  await page.screenshot({ path: `${t.told.pictures}/${name}.png`, fullPage: true });
}

async function look(t, page, where, name) {
  for (const fault of await page.evaluate(stumbles)) t.check(false, `${where}: ${fault}`);
  for (const fault of await page.evaluate(faint)) t.check(false, `${where}: too faint, ${fault}`);
  await photograph(t, page, name);
}

async function every_page(t, language, scheme) {
  t.allow(/404 \(Not Found\)/);
  for (const width of WIDTHS) {
    const page = await t.visitor({ locale: language === "id" ? "id-ID" : "en-GB", viewport: { width, height: 740 }, colorScheme: scheme });
    for (const path of addresses(t)) {
      const answer = await page.goto(path);
      const where = `${path} in ${language}, ${scheme}, ${width} px`;
      t.equal([await page.getAttribute("html", "lang"), answer.headers()["content-language"]], [language, language], where);
      await look(t, page, where, `${path === "/" ? "home" : path.replace(/\W+/g, "-").slice(1, 24)}_${language}_${scheme}_${width}`);
    }
  }
}

export async function the_ways_to_share_are_sound_in_both_languages(t) {
  for (const [language, scheme] of [["id", "light"], ["en", "dark"]])
    for (const width of WIDTHS) {
      const page = await t.visitor({ locale: language === "id" ? "id-ID" : "en-GB", viewport: { width, height: 740 }, colorScheme: scheme });
      await page.goto(`/watch/${t.told.slug}`);
      await Promise.all([page.waitForURL("**/share"), page.click(`form[action="/watch/${t.told.slug}/share"] button`)]);
      await look(t, page, `the ways to share in ${language}, ${width} px`, `share_${language}_${scheme}_${width}`);
      t.check((await page.getAttribute("a[href^='https://wa.me/']", "href")).includes(encodeURIComponent(`${t.told.base}/s/`)), "WhatsApp gets the text with the link");
      const link = await page.locator("textarea").first().inputValue();
      t.equal(new URL((await page.goto(link)).url()).pathname, `/watch/${t.told.slug}`, "the link leads to the video");
    }
}

/* Signing up shows codes; the page about one's account has a form for each thing. */
async function own_account(t, language, scheme) {
  for (const width of WIDTHS) {
    const page = await t.visitor({ locale: language === "id" ? "id-ID" : "en-GB", viewport: { width, height: 740 }, colorScheme: scheme });
    const name = (what) => `account-${what}_${language}_${scheme}_${width}`, where = `in ${language}, ${scheme}, ${width} px`;
    await page.goto("/auth/signup");
    await page.fill("input[name=name]", `fans-${language}-${scheme}-${width}`);
    await page.fill("input[name=password]", t.told.password);
    await page.click("form[action='/auth/signup'] button");
    t.equal(await page.locator(".codes li").count(), 10, `recovery codes ${where}`);
    await look(t, page, `the recovery codes ${where}`, name("codes"));
    await page.goto("/me/security");
    await look(t, page, `/me/security ${where}`, name("security"));
    await page.click("a[href='/me/history']");
    await look(t, page, `/me/history ${where}`, name("history"));
  }
}

/* The pages of one's downloads: a link that lives, the list, a link that was revoked. */
async function own_downloads(t, language, scheme) {
  t.allow(/410 \(Gone\)/);
  for (const width of WIDTHS) {
    const page = await t.visitor({ locale: language === "id" ? "id-ID" : "en-GB", viewport: { width, height: 740 }, colorScheme: scheme });
    await t.signIn(page, "sari", `/watch/${t.told.slug}`);
    await Promise.all([page.waitForURL("**/d/*"), page.click(`form[action="/watch/${t.told.slug}"] button`)]);
    const name = (what) => `own-${what}_${language}_${scheme}_${width}`, where = `in ${language}, ${scheme}, ${width} px`;
    const path = new URL(page.url()).pathname;
    await look(t, page, `one's own ${path} ${where}`, name("link"));
    await page.goto("/me/tickets");
    t.equal(await page.locator(`main a[href="${path}"]`).count(), 1, `listed ${where}`);
    await look(t, page, `/me/tickets ${where}`, name("list"));
    await page.click(`main form[action="${path}"] button[value=revoke]`);
    t.equal([new URL(page.url()).pathname, await page.locator(`main a[href="${path}"]`).count()], ["/me/tickets", 0], `revoked ${where}`);
    t.equal((await page.goto(path)).status(), 410, `gone ${where}`);
    await look(t, page, `the revoked ${path} ${where}`, name("gone"));
    await Promise.all([page.waitForURL((url) => url.pathname !== path), page.click("main button[value=renew]")]);
    t.check((await page.textContent("main")).includes(t.told.filename), `a new link ${where}`);
    await page.click("main button[value=revoke]");
  }
}

export const the_pages_of_ones_downloads_are_sound_in_indonesian = (t) => own_downloads(t, "id", "light");
export const the_pages_of_ones_downloads_are_sound_in_english = (t) => own_downloads(t, "en", "dark");
export const the_pages_of_ones_account_are_sound_in_indonesian = (t) => own_account(t, "id", "dark");
export const the_pages_of_ones_account_are_sound_in_english = (t) => own_account(t, "en", "light");
export const every_page_is_sound_in_indonesian = (t) => every_page(t, "id", "light");
export const every_page_is_sound_in_english = (t) => every_page(t, "en", "dark");

export async function the_language_is_changed_by_the_link_and_stays(t) {
  const page = await t.visitor();
  await page.goto(`/watch/${t.told.slug}`);
  t.equal(await page.textContent(".account a[hreflang]"), "English", "the other language, in its own name");
  await page.click(".account a[hreflang=en]");
  t.equal([await page.getAttribute("html", "lang"), new URL(page.url()).pathname], ["en", `/watch/${t.told.slug}`], "the same page in English");
  for (const path of ["/", "/auth/login"]) {
    await page.goto(path);
    t.equal(await page.getAttribute("html", "lang"), "en", `${path} is English too`);
  }
  await page.click(".account a[hreflang=id]");
  t.equal(await page.getAttribute("html", "lang"), "id", "and back");
}

export async function signing_in_and_out_by_the_form(t) {
  t.allow(/401 \(Unauthorized\)/);
  const page = await t.visitor();
  await page.goto(`/watch/${t.told.slug}`);
  await page.click(".account a[href^='/auth/login']");
  t.equal(await page.evaluate(() => document.activeElement.name), "name", "the name is asked first");
  await page.keyboard.type("sari");
  await page.keyboard.press("Tab");
  await page.keyboard.type("salah sekali");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  t.check((await page.textContent("[role=alert]")).startsWith("Nama atau kata sandi salah."), "a wrong password is told");
  t.equal([await page.inputValue("[name=name]"), await page.inputValue("[name=password]")], ["sari", ""], "the name is kept, the password not");
  await page.fill("[name=password]", t.told.password);
  await Promise.all([page.waitForURL(`**/watch/${t.told.slug}`), page.keyboard.press("Enter")]);
  t.equal(await page.textContent(".who"), "sari", "who is signed in");
  const cookie = (await page.context().cookies()).find((c) => c.name === "hub");
  t.equal([cookie.httpOnly, cookie.sameSite, await page.evaluate(() => document.cookie.includes("hub="))], [true, "Lax", false], "out of reach of scripts");
  await page.click("form[action='/auth/logout'] button");
  await page.waitForURL("**/");
  t.equal([await page.locator(".who").count(), (await page.context().cookies()).filter((c) => c.name === "hub").length], [0, 0], "signed out");
  await page.context().addCookies([cookie]);
  await page.goto("/");
  t.equal(await page.locator(".who").count(), 0, "the old cookie is worth nothing");
}

export async function the_keyboard_reaches_the_content_and_the_player(t) {
  const page = await t.visitor();
  await page.goto(`/watch/${t.told.slug}`);
  await page.keyboard.press("Tab");
  t.equal(await page.evaluate(() => document.activeElement.className), "skip", "the first stop skips the header");
  t.check((await page.locator(".skip").boundingBox()).y >= 0, "and is seen");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  t.equal(await page.evaluate(() => document.activeElement.className), "start", "then the player");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.2);
  t.equal(await page.evaluate(() => document.activeElement.tagName), "VIDEO", "whose controls have the focus");
}

export async function the_search_finds_by_form(t) {
  const page = await t.visitor();
  await page.goto("/");
  await page.fill("input[name=q]", "  BESAR kelinci ");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/search?**");
  t.equal(await page.locator(`a[href="/watch/${t.told.slug}"]`).count(), 1, "found");
  await page.fill("input[name=q]", "gajah terbang");
  await page.keyboard.press("Enter");
  await page.waitForURL("**gajah**");
  t.equal(await page.locator("main a[href^='/watch/']").count(), 0, "nothing");
  t.check((await page.textContent(".empty")).includes("Tidak ada video"), "and says so");
}
export { look };
