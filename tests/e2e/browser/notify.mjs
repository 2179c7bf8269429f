// Notifications in a browser: the button that asks only when pressed, and the worker that a push message wakes. No push service is
// asked: the browser is given the message as its own would.
import { look } from "./pages.mjs";
import { until } from "./run.mjs";

const PLACE = "[data-push]";

async function page_of(t, options = {}) {
  const page = await t.visitor(options);
  await t.signIn(page, "sari", "/me/notifications");
  return page;
}

export async function the_button_asks_only_when_it_is_pressed(t) {
  const page = await page_of(t, { permissions: [] });
  await page.addInitScript(() => {
    window.asked = 0;
    Notification.requestPermission = async () => (window.asked++, "denied");
  });
  await page.reload();
  await page.waitForSelector(`${PLACE} button:not([hidden])`);
  t.equal(await page.evaluate(() => window.asked), 0, "asked by itself");
  await page.click(`${PLACE} button`);
  await page.waitForFunction((place) => document.querySelector(`${place} [role=status]`).textContent !== "", PLACE);
  t.equal(await page.evaluate(() => window.asked), 1, "asked when pressed");
  t.equal(await page.textContent(`${PLACE} [role=status]`), await page.getAttribute(PLACE, "data-denied"), "what it says");
  const plain = await page_of(t, { javaScriptEnabled: false });
  t.equal(await plain.locator(`${PLACE} button`).isVisible(), false, "no button where it could do nothing");
}

/* In the worker: counts what has been shown. To ask the browser for its list meanwhile would make it drop what it was about to show. */
function count() {
  const show = self.registration.showNotification.bind(self.registration);
  self.shown = 0;
  self.registration.showNotification = (...notification) => show(...notification).then(() => { self.shown++; });
}

export async function a_push_message_is_shown_once_and_opens_a_page_of_ours(t) {
  const page = await page_of(t, { permissions: ["notifications"] });
  const wire = await page.context().newCDPSession(page);
  const known = new Promise((tell) => wire.on("ServiceWorker.workerRegistrationUpdated", (e) => e.registrations.length && tell(e.registrations[0].registrationId)));
  await wire.send("ServiceWorker.enable");
  const begun = page.context().waitForEvent("serviceworker");
  await page.evaluate(() => navigator.serviceWorker.register("/push.js").then(() => navigator.serviceWorker.ready));
  const worker = await begun;
  await worker.evaluate(count);
  const registrationId = await known, origin = t.told.base;
  const deliver = (data) => wire.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((n) => [n.title, n.body, n.tag, n.data.url]));
  const url = `${origin}/watch/${t.told.slug}`;
  await deliver(JSON.stringify({ title: "Video baru", body: "<b>Satu</b>", tag: "a", url }));
  await deliver(JSON.stringify({ title: "Video baru", body: "<b>Satu</b>", tag: "a", url }));
  await deliver(JSON.stringify({ title: "Lain", body: "Dua", tag: "b", url: "https://elsewhere.example/" }));
  const wanted = [["Video baru", "<b>Satu</b>", "a", url], ["Lain", "Dua", "b", `${origin}/me/notifications`]];
  for (let i = 0; i < 400 && await worker.evaluate(() => self.shown) < 3; i++) await page.waitForTimeout(50);
  t.equal((await shown()).sort(), wanted.sort(), "shown");
}

async function sound(t, language, scheme) {
  const watch = `/watch/${t.told.hostile.slug}`, options = { locale: language === "id" ? "id-ID" : "en-GB", colorScheme: scheme };
  const author = await t.visitor(options), other = await t.visitor(options);
  await t.signIn(author, "ayu", watch);
  await author.fill("#comments > form textarea", "Siapa lagi?");
  await Promise.all([author.waitForNavigation(), author.click("#comments > form button")]);
  await t.signIn(other, "rudi", watch);
  await other.click(".talk li details summary");
  await other.fill(".talk li details[open] textarea", "Saya!");
  await Promise.all([other.waitForNavigation(), other.click(".talk li details[open] button")]);
  for (const width of [360, 1280]) {
    await author.setViewportSize({ width, height: 740 });
    for (let i = 0; i < 40 && (await author.goto("/me/notifications")) && !(await author.locator(".account .badge").count()); i++) await author.waitForTimeout(200);
    t.check(await until(author, () => document.querySelector(".account .badge")), "a number in the header");
    await look(t, author, `/me/notifications in ${language}, ${scheme}, ${width} px`, `notify_${language}_${scheme}_${width}`);
  }
}

export const notifications_are_sound_in_indonesian = (t) => sound(t, "id", "light");
export const notifications_are_sound_in_english = (t) => sound(t, "en", "dark");
