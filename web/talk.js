/* talk.js - the numbers of likes and comments follow what others do, while the page is looked at. Without it they are those of
 * when the page was made.
 */
"use strict";
(() => {
  const likes = document.querySelector(".likes");
  if (!likes || !window.EventSource) return;
  const numbers = new Intl.NumberFormat(document.documentElement.lang === "id" ? "id-ID" : "en-GB");
  let source = null;

  function show(event) {
    const counts = JSON.parse(event.data);
    for (const place of document.querySelectorAll("[data-count]")) place.textContent = numbers.format(counts[place.dataset.count]);
  }

  /* A page that nobody sees keeps no connection. */
  function follow() {
    if (source) source.close();
    source = null;
    if (document.hidden) return;
    source = new EventSource(`/v1/videos/${likes.dataset.video}/counts`);
    source.addEventListener("counts", show);
  }

  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => source && source.close());
  addEventListener("pageshow", (event) => event.persisted && follow());
  follow();
})();
