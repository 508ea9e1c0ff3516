// Lanes beneath a chart: when alarms stood, which events there were, how good the readings were.
"use strict";

const lanes = (() => {
  // A finger needs more room than a look: the lane of the events, which are links, is higher.
  const NS = "http://www.w3.org/2000/svg", HEIGHT = 16, GAP = 4, LINKS = 28, FINGER = 24;

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

  function linked(svg, piece, left, width, y, height) {
    const link = make("a", { href: piece.link, "data-event": piece.id, "aria-label": piece.name, class: "l-link" }, svg);
    const wide = Math.max(width, FINGER);
    make("rect", { class: "l-finger", x: left - (wide - width) / 2, y, width: wide, height }, link);
    return link;
  }

  // Draws into an <svg> as wide as the chart; `place` gives the x of an instant.
  // `reasons` tells why readings between two instants are doubtful.
  function draw(svg, series, words, bounds, place, reasons) {
    svg.replaceChildren();
    const rows = [
      [words.event, series.events.map((e) => ({ ...e, look: "l-event " + e.verdict, link: "#event-" + e.id }))],
      [words.alarm, series.alarms.map((a) => ({ ...a, look: "l-p" + a.priority }))],
      [words.flag, stretches(series).map((s) => ({ ...s, look: "l-" + s.kind, name: [words["f-" + s.kind], reasons(s.from, s.to)].filter(Boolean).join(": ") }))],
    ];
    svg.setAttribute("height", LINKS + GAP + (rows.length - 1) * (HEIGHT + GAP));
    rows.forEach(([title, pieces], row) => {
      const height = row ? HEIGHT : LINKS, y = row ? LINKS + GAP + (row - 1) * (HEIGHT + GAP) : 0;
      make("rect", { class: "l-bg", x: bounds.left, y, width: bounds.right - bounds.left, height }, svg);
      make("text", { x: 2, y: y + height / 2 + 4 }, svg).textContent = title;
      for (const piece of pieces) {
        const left = Math.max(place(piece.from), bounds.left);
        const right = Math.min(place(piece.to ?? series.now), bounds.right);
        if (right < bounds.left || left > bounds.right) continue;
        const width = Math.max(right - left, 2), parent = piece.link ? linked(svg, piece, left, width, y, height) : svg;
        const box = make("rect", { class: piece.look, x: left, y: y + 2, width, height: height - 4 }, parent);
        if (piece.link) make("text", { class: "l-mark", x: left + 4, y: y + height / 2 + 5 }, parent).textContent = width > 20 ? events.MARKS[piece.verdict] : "";
        else make("title", {}, box).textContent = piece.name;
      }
    });
  }
  return { draw };
})();
