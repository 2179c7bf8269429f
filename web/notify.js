/* notify.js - the button on the page of notifications that has this browser told even when no page is open. It asks only when it
 * is pressed. Without it, or where a browser has no push, the page has no such button.
 */
"use strict";
(() => {
  const place = document.querySelector("[data-push]");
  if (!place || !("serviceWorker" in navigator) || !("PushManager" in window) || !window.Notification) return;
  const button = place.querySelector("button");
  const status = place.querySelector("[role=status]");

  const say = (text) => (status.textContent = text);

  function bytes(base64url) {
    const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  }

  async function send(subscription) {
    const { endpoint, keys } = subscription.toJSON();
    const body = JSON.stringify({ endpoint, keys, language: document.documentElement.lang === "id" ? "id" : "en" });
    const answer = await fetch("/v1/me/push-subscriptions", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (!answer.ok) throw new Error(answer.status);
  }

  async function turnOn() {
    if ((await Notification.requestPermission()) !== "granted") return say(place.dataset.denied);
    const worker = await navigator.serviceWorker.register("/push.js");
    await navigator.serviceWorker.ready;
    const { key } = await (await fetch("/v1/push-key")).json();
    let kept = await worker.pushManager.getSubscription();
    if (kept && new Uint8Array(kept.options.applicationServerKey).join() !== bytes(key).join()) {
      await kept.unsubscribe();
      kept = null;
    }
    await send(kept || (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) })));
    location.reload(); // it is in the list now
  }

  async function look() {
    const worker = await navigator.serviceWorker.getRegistration("/push.js");
    const kept = worker && (await worker.pushManager.getSubscription());
    if (kept && Notification.permission === "granted" && place.dataset.push !== "0") say(place.dataset.on);
    button.hidden = false;
  }

  button.addEventListener("click", () => {
    button.disabled = true;
    turnOn()
      .catch(() => say(place.dataset.failed))
      .finally(() => (button.disabled = false));
  });
  look();
})();
