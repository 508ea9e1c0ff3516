// The line to the works: hears frames, ages everything by the works' own time, and says at once
// when the line is gone. What needs sentences (alarms, events) is fetched anew from the server.
"use strict";

(() => {
  document.documentElement.classList.add("scripted");
  const said = JSON.parse(document.body.dataset.words);
  const link = document.getElementById("link");
  if (!link) return;
  // A frame is due each second; without one for so long the line counts as gone [ms].
  const SILENCE = 5000;
  // Older than this, the newest reading of all is called old [ms of the works' time].
  const OLD = 30 * 60 * 1000;
  let last = null; // newest frame and when it came: {now, heard}
  let pace = 1; // the works' time runs so many times as fast as ours
  let stands = document.body.dataset.stands, drawn = Number(document.body.dataset.drawn);

  const spans = [["d", 86400000, 2], ["h", 3600000, 2], ["min", 60000, 1], ["s", 1000, 0]];
  function ageWords(between) {
    const span = Math.max(between, 0);
    const [unit, size] = spans.find(([, size, least]) => span >= size * least);
    return said.age[unit].replace("{n}", Math.floor(span / size));
  }
  const worksNow = () => last.now + (performance.now() - last.heard) * pace;

  function grow() {
    if (!last) return;
    const silent = performance.now() - last.heard > SILENCE;
    const now = worksNow();
    for (const one of document.querySelectorAll("[data-at]")) {
      if (one.dataset.at === "") continue;
      const words = ageWords(now - Number(one.dataset.at));
      if (one.textContent !== words) one.textContent = words;
    }
    const newest = Number(document.getElementById("newest").dataset.at || now);
    const aged = now - newest > OLD;
    show(silent ? "lost" : aged ? "aged" : "live");
  }

  function show(state) {
    if (link.classList.contains(state)) return;
    link.classList.remove("live", "lost", "aged");
    link.classList.add(state);
    document.body.classList.toggle("lost", state === "lost");
    const word = { live: said.link.live, lost: said.link.lost, aged: said.link.old }[state];
    document.getElementById("link-words").textContent = word;
  }

  async function fetchParts(path, marks) {
    const answer = await fetch(path, { credentials: "same-origin" });
    if (answer.status === 401) return location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
    if (!answer.ok) throw new Error(String(answer.status));
    const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const mark of marks) {
      const next = parts.getElementById(mark), here = document.getElementById(mark);
      if (!next || !here || isBusy(here)) continue;
      here.replaceWith(next);
      if (window.htmx) window.htmx.process(next);
    }
  }
  // Nothing is taken from under the hands of somebody who is shelving.
  const isBusy = (part) => part.querySelector(".shelve[open]") !== null || (part.contains(document.activeElement) && document.activeElement.matches("input, select"));

  async function keepUp(frame) {
    const list = document.getElementById("stands");
    if (frame.stands !== stands && !(list && isBusy(list))) {
      stands = frame.stands;
      await fetchParts("/part/stands", ["stands", "sentence"]).catch(() => { stands = ""; });
    }
    if (frame.drawn !== drawn && document.getElementById("rows")) {
      drawn = frame.drawn;
      await fetchParts("/part/drawn", ["rows"]).catch(() => { drawn = -1; });
    }
  }

  function hear(event) {
    const frame = JSON.parse(event.data), heard = performance.now();
    if (last && heard - last.heard > 200) {
      const seen = (frame.now - last.now) / (heard - last.heard);
      if (seen > 0.1 && seen < 10000) pace += (seen - pace) * (last.measured ? 0.2 : 1);
      last = { now: frame.now, heard, measured: true };
    } else if (!last) last = { now: frame.now, heard, measured: false };
    document.getElementById("clock").textContent = frame.clock;
    document.getElementById("newest").dataset.at = frame.newest ?? "";
    document.dispatchEvent(new CustomEvent("mulmok:frame", { detail: frame }));
    grow();
    keepUp(frame);
  }

  // The browser's own return is slow to notice a dead line; ours is not.
  let source = null;
  function open() {
    if (source) source.close();
    source = new EventSource("/api/v1/stream");
    source.onmessage = hear;
    source.addEventListener("over", () => location.assign("/sign-in"));
    source.onerror = () => {
      show("lost");
      if (last) last.heard = Math.min(last.heard, performance.now() - SILENCE - 1);
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 3000);
    };
  }
  setInterval(grow, 1000);
  setInterval(() => { if (last && performance.now() - last.heard > 4 * SILENCE) open(); }, 4 * SILENCE);
  open();
})();
