// What people say under a video: read, written and moderated in a browser, with a script and without.
import { look } from "./pages.mjs";
import { until } from "./run.mjs";

const HOSTILE = [
  "<script>window.__x=1</script>", "\"><img src=x onerror=window.__x=2>", "</textarea><svg onload=window.__x=3>", "@sari<iframe srcdoc=\"<script>parent.__x=4</script>\">",
  "0:01\" onmouseover=\"window.__x=5", "javascript:window.__x=6 https://elsewhere.example/", "&#60;script&#62;window.__x=7&#60;/script&#62;", "<math><mi//xlink:href=\"data:x,<script>window.__x=8</script>\">",
];

const send = (page, text) => page.fill("#comments > form textarea", text).then(() => Promise.all([page.waitForNavigation(), page.click("#comments > form button")]));
const grown = () => ({
  handlers: [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).length,
  strange: document.querySelectorAll(".talk svg, .talk img, .talk iframe, .talk math, script:not([src]):not([type=\"application/ld+json\"])").length,
  away: [...document.querySelectorAll(".talk a[href], .talk form[action]")].filter((e) => new URL(e.href || e.action, location).origin !== location.origin).length,
});

export async function what_a_stranger_says_stays_a_text(t) {
  const watch = `/watch/${t.told.slug}`;
  const author = await t.visitor({ javaScriptEnabled: false });
  await t.signIn(author, "tono", watch);
  for (const text of HOSTILE) await send(author, text);
  const reader = await t.visitor(), moderator = await t.visitor();
  await t.signIn(reader, "sari", watch);
  await t.signIn(moderator, "budi", watch);
  await reader.click(".acts details:has(select) summary");
  await Promise.all([reader.waitForNavigation(), reader.click(".acts details[open]:has(select) button")]);
  for (const [page, path] of [[reader, watch], [moderator, watch], [moderator, "/admin/comments"], [await t.visitor(), `${watch}?lang=en`]]) {
    await page.goto(path);
    await page.waitForLoadState();
    t.equal(await page.evaluate(grown), { handlers: 0, strange: 0, away: 0 }, `elements on ${path}`);
    if (!path.startsWith("/admin")) t.equal((await page.locator(".talk .said").allTextContents()).reverse(), HOSTILE, "as it was written");
  }
}

export async function a_like_and_a_comment_are_counted_on_the_pages_of_others(t) {
  const watch = `/watch/${t.told.members}`;
  const reader = await t.visitor(), fan = await t.visitor({ javaScriptEnabled: false });
  await t.signIn(reader, "rudi", watch);
  await t.signIn(fan, "ayu", watch);
  await Promise.all([fan.waitForNavigation(), fan.click(".likes button[aria-pressed]")]);
  t.equal(await fan.getAttribute(".likes button", "aria-pressed"), "true", "liked, without a script");
  await send(fan, "Seru!");
  t.check(await until(reader, () => [...document.querySelectorAll("[data-count]")].map((e) => e.textContent).join() === "1,1"), "told to who is there");
}

async function sound(t, language, scheme) {
  const watch = `/watch/${t.told.hostile.slug}`;
  for (const width of [360, 1280]) {
    const page = await t.visitor({ locale: language === "id" ? "id-ID" : "en-GB", viewport: { width, height: 740 }, colorScheme: scheme });
    const where = `in ${language}, ${scheme}, ${width} px`, name = (what) => `talk-${what}_${language}_${scheme}_${width}`;
    await t.signIn(page, "budi", watch);
    await send(page, "Bagus @sari, lihat 0:01!\nSampai jumpa. " + "Panjangsekali".repeat(20));
    await page.click(".talk li details summary");
    await page.fill(".talk li details[open] textarea", "Setuju.");
    await Promise.all([page.waitForNavigation(), page.click(".talk li details[open] button")]);
    t.check(new URL(page.url()).search.startsWith("?thread="), `a thread ${where}`);
    await look(t, page, `a thread ${where}`, name("thread"));
    await page.goto(watch);
    for (const summary of await page.locator(".acts summary").all()) await summary.click();
    await look(t, page, `comments ${where}`, name("open"));
    await page.goto("/admin/comments");
    await look(t, page, `/admin/comments ${where}`, name("queue"));
  }
}

export const comments_are_sound_in_indonesian = (t) => sound(t, "id", "light");
export const comments_are_sound_in_english = (t) => sound(t, "en", "dark");
