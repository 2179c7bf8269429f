/* clock.js - says moments by the clock of who reads. Without it the page says them by the hub's clock and in UTC, and how long
 * it is until then.
 */
"use strict";
(() => {
  let write;
  try {
    write = new Intl.DateTimeFormat(document.documentElement.lang === "id" ? "id-ID" : "en-GB", {
      day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
    });
  } catch {
    return; // a browser without the names of its zone
  }
  for (const time of document.querySelectorAll("time[data-offset]")) {
    const at = new Date(time.dateTime);
    if (-at.getTimezoneOffset() === Number(time.dataset.offset)) continue;
    time.title = time.textContent;
    time.textContent = write.format(at);
  }
})();
