// Notifications in a browser: the button that asks only when pressed, and the worker that a push message wakes. No push service is
// asked: the browser is given the message as its own would.
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

export async function a_push_message_is_shown_once_and_opens_a_page_of_ours(t) {
  const page = await page_of(t, { permissions: ["notifications"] });
  const wire = await page.context().newCDPSession(page);
  const known = new Promise((tell) => wire.on("ServiceWorker.workerRegistrationUpdated", (e) => e.registrations.length && tell(e.registrations[0].registrationId)));
  await wire.send("ServiceWorker.enable");
  await page.evaluate(() => navigator.serviceWorker.register("/push.js").then(() => navigator.serviceWorker.ready));
  const registrationId = await known, origin = t.told.base;
  const deliver = (data) => wire.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((n) => [n.title, n.body, n.tag, n.data.url]));
  const url = `${origin}/watch/${t.told.slug}`;
  await deliver(JSON.stringify({ title: "Video baru", body: "<b>Satu</b>", tag: "a", url }));
  await deliver(JSON.stringify({ title: "Video baru", body: "<b>Satu</b>", tag: "a", url }));
  await deliver(JSON.stringify({ title: "Lain", body: "Dua", tag: "b", url: "https://elsewhere.example/" }));
  const wanted = [["Video baru", "<b>Satu</b>", "a", url], ["Lain", "Dua", "b", `${origin}/me/notifications`]];
  for (let i = 0; i < 100 && (await shown()).length < 2; i++) await page.waitForTimeout(50);
  t.equal((await shown()).sort(), wanted.sort(), "shown");
}
