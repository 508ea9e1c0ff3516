// The instruments anew every two seconds, but never from under the hands of somebody who types.
"use strict";

(() => {
  const EVERY = 2000;
  async function renew() {
    const here = document.getElementById("instruments");
    const busy = here.contains(document.activeElement) && document.activeElement.matches("input, button");
    const typed = [...here.querySelectorAll("input[name=shown]")].some((one) => one.value !== "");
    if (document.hidden || busy || typed) return;
    const answer = await fetch("/part/instruments", { credentials: "same-origin" });
    if (answer.status === 401) return location.assign("/sign-in?next=/instruments");
    if (!answer.ok) return;
    const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = parts.getElementById("instruments");
    if (next) here.replaceWith(next);
  }
  setInterval(() => renew().catch(() => {}), EVERY);
})();
