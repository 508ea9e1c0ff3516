// Lanes beneath a chart: when alarms stood, which events there were, how good the readings were.
"use strict";

const lanes = (() => {
  const NS = "http://www.w3.org/2000/svg", HEIGHT = 16, GAP = 4;

  function make(name, attributes, parent) {
    const one = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    parent.append(one);
    return one;
  }

  // Stretches of equal flag among the buckets.
  function stretches(series) {
    const kinds = { 3: "suspect", 4: "bad", 9: "missing" };
    const found = [];
    series.flag.forEach((flag, i) => {
      const kind = kinds[flag];
      if (!kind) return;
      const from = series.t[i] - series.width / 2, before = found[found.length - 1];
      if (before && before.kind === kind && Math.abs(before.to - from) < series.width / 2) before.to += series.width;
      else found.push({ kind, from, to: from + series.width });
    });
    return found;
  }

  // Draws into an <svg> as wide as the chart; `place` gives the x of an instant.
  // `reasons` tells why readings between two instants are doubtful.
  function draw(svg, series, words, bounds, place, reasons) {
    svg.replaceChildren();
    const rows = [
      [words.event, series.events.map((e) => ({ ...e, look: "l-event " + e.verdict }))],
      [words.alarm, series.alarms.map((a) => ({ ...a, look: "l-p" + a.priority }))],
      [words.flag, stretches(series).map((s) => ({ ...s, look: "l-" + s.kind, name: [words["f-" + s.kind], reasons(s.from, s.to)].filter(Boolean).join(": ") }))],
    ];
    svg.setAttribute("height", rows.length * (HEIGHT + GAP));
    rows.forEach(([title, pieces], row) => {
      const y = row * (HEIGHT + GAP);
      make("rect", { class: "l-bg", x: bounds.left, y, width: bounds.right - bounds.left, height: HEIGHT }, svg);
      make("text", { x: 2, y: y + HEIGHT - 4 }, svg).textContent = title;
      for (const piece of pieces) {
        const left = Math.max(place(piece.from), bounds.left);
        const right = Math.min(place(piece.to ?? series.now), bounds.right);
        if (right < bounds.left || left > bounds.right) continue;
        const box = make("rect", { class: piece.look, x: left, y: y + 2, width: Math.max(right - left, 2), height: HEIGHT - 4 }, svg);
        make("title", {}, box).textContent = piece.name;
      }
    });
  }
  return { draw };
})();
