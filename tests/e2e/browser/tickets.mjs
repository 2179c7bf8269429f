// A file is downloaded by people who have no JavaScript.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

export async function the_original_is_downloaded_without_javascript(t) {
  const page = await t.visitor({ javaScriptEnabled: false, acceptDownloads: true });
  await page.goto(`/watch/${t.told.slug}`);
  t.check((await page.textContent("#player noscript")).includes("JavaScript"), "playing needs it, and says so");
  await page.click("a[href^='/auth/login'].full");
  await page.fill("input[name=name]", "sari");
  await page.fill("input[name=password]", t.told.password);
  await page.click("form[action='/auth/login'] button");
  t.equal(new URL(page.url()).pathname, `/watch/${t.told.slug}`, "back at the video");
  await page.click(`form[action="/watch/${t.told.slug}"] button`);
  t.check(/^\/d\/[\w-]{22,}$/.test(new URL(page.url()).pathname), `a ticket: ${page.url()}`);
  const text = await page.textContent("main");
  t.check(text.includes(t.told.filename) && text.includes(t.told.sha256), "its name and its hash");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
  t.equal(download.suggestedFilename(), t.told.filename, "the name on disk");
  t.equal(digest(await download.path()), t.told.sha256, "byte for byte");
  await page.click("form[action='/auth/logout'] button");
  t.equal(await page.locator("form[action='/auth/logout']").count(), 0, "signed out");
}

export async function a_ticket_opens_for_whoever_has_its_address(t) {
  const page = await t.visitor({ acceptDownloads: true, locale: "en-GB" });
  await page.goto(`/d/${t.told.ticket}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
  t.equal(digest(await download.path()), t.told.sha256, "byte for byte");
}

/* The page says moments by the hub's clock, WIB; a reader elsewhere has another one. */
export async function a_ticket_expires_by_the_clock_of_who_reads(t) {
  const shown = async (options) => {
    const page = await t.visitor(options);
    await page.goto(`/d/${t.told.ticket}`);
    const time = page.locator("dl time").first();
    return { text: await time.textContent(), at: await time.getAttribute("datetime"), row: await time.locator("..").textContent(), title: await time.getAttribute("title") };
  };
  const told = await shown({ javaScriptEnabled: false, timezoneId: "Asia/Jayapura", locale: "id-ID" });
  t.check(/ WIB$/.test(told.text) && told.row.includes("UTC") && /\d (hari|jam) lagi/.test(told.row), `without JavaScript: ${told.row}`);
  const home = await shown({ timezoneId: "Asia/Jakarta" });
  t.equal([home.text, home.title], [told.text, null], "by the hub's own clock");
  const east = await shown({ timezoneId: "Asia/Jayapura", locale: "en-GB" });
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Jayapura", hour: "2-digit", minute: "2-digit" }).format(new Date(east.at));
  t.check(east.text.includes(clock) && !east.text.includes("WIB") && east.title.includes("WIB"), `two hours east: ${east.text} (${east.title}), ${clock}`);
}

export async function a_ticket_that_is_gone_says_so_in_words(t) {
  t.allow(/410 \(Gone\)|404 \(Not Found\)/);
  const page = await t.visitor();
  const gone = await page.goto(`/d/${t.told.revoked}`);
  t.equal([gone.status(), gone.headers()["content-type"]], [410, "text/html; charset=utf-8"], "revoked");
  t.check((await page.textContent("main")).includes("kedaluwarsa"), await page.textContent("main"));
  t.equal((await page.goto(`/d/${"A".repeat(t.told.ticket.length)}`)).status(), 404, "unknown");
}
