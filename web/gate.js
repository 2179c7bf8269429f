/* gate.js - leads a viewer through the teaser to the download: plays it, shows how far one is by what the hub says, then
 * gives the link. The hub alone decides; without this file its refusal says the same. All texts are in the page.
 */
"use strict";
(() => {
  const screen = document.getElementById("player");
  const box = document.querySelector(".gate");
  if (!screen || !box) return;
  const bar = box.querySelector("progress"), say = box.querySelector("p"), link = box.querySelector("a");
  const ASK_MS = 2000;
  let timer = 0;

  /* The ticket; or null and how far the viewer is; any other refusal is thrown. */
  async function ask(asset) {
    const answer = await fetch(`/v1/assets/${asset}/tickets`, { method: "POST" });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return { url: told.landingUrl };
    if (String(told.type).endsWith("/teaser-required")) return { done: Math.min(told.coveredMs, told.requiredMs - told.waitMs), all: told.requiredMs };
    throw new Error(told.type);
  }

  function show(told) {
    box.hidden = false;
    bar.hidden = !told.all;
    link.hidden = !told.url;
    if (told.url) {
      say.textContent = box.dataset.textReady;
      link.href = new URL(told.url, location.href).pathname;
      link.focus();
      return;
    }
    bar.max = told.all;
    bar.value = told.done;
    say.textContent = box.dataset.textLeft.replace("%s", Math.ceil((told.all - told.done) / 1000));
  }

  async function look(button, begun) {
    try {
      const told = await ask(button.dataset.gate);
      if (told.url && !begun) return location.assign(new URL(told.url, location.href).pathname);
      if (!begun) screen.after(box); // how far one is belongs in sight of what is watched
      show(told);
      if (told.url) return;
      if (!begun) screen.dispatchEvent(new Event("teaser"));
      begun = true;
    } catch (error) {
      if (!(error instanceof TypeError)) { // not the network: the page that comes says why
        delete button.dataset.gate;
        return button.form.requestSubmit(button);
      }
    }
    timer = setTimeout(look, ASK_MS, button, begun);
  }

  document.addEventListener("submit", (event) => {
    if (!event.submitter?.dataset.gate) return;
    event.preventDefault();
    clearTimeout(timer);
    look(event.submitter, false);
  });
})();
