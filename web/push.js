/* push.js - the worker that a browser wakes when a push message comes: it shows what the message says, and opens the page that
 * it is about. The same thing told twice replaces itself, by its tag.
 */
"use strict";

/* Only pages of ours are opened, whatever a message says. */
function page(url) {
  const address = new URL(url || "/me/notifications", self.location.origin);
  return address.origin === self.location.origin ? address.href : self.location.origin + "/me/notifications";
}

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data ? event.data.json() : {};
  } catch {
    said = {};
  }
  const options = { body: said.body || "", tag: said.tag || "hub", data: { url: page(said.url) } };
  event.waitUntil(self.registration.showNotification(said.title || self.location.hostname, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});

/* The push service gave the browser another endpoint: ours must know it. */
self.addEventListener("pushsubscriptionchange", (event) => {
  const tell = async () => {
    const old = event.oldSubscription;
    const made = event.newSubscription || (old && (await self.registration.pushManager.subscribe(old.options)));
    if (!made) return;
    const { endpoint, keys } = made.toJSON();
    const language = navigator.language.startsWith("id") ? "id" : "en";
    await fetch("/v1/me/push-subscriptions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ endpoint, keys, language }) });
  };
  event.waitUntil(tell());
});
