// Doubtful readings on a chart: suspect is hollow, bad is struck; neither is ever joined into the line.
"use strict";

const doubts = (() => {
  const SUSPECT = 3, RADIUS = 3.5;

  // What can be seen of them must not flatten the rest: suspect ones stretch the chart, but only so far;
  // bad ones do when there is nothing else. What is further out is drawn at the edge, pointing there.
  function stretched(series, least, most) {
    const [floor, ceiling] = series.possible, { value, flag } = series.doubtful;
    const span = (most - least) || Math.abs(most) || 1;
    const seen = value.filter((one, i) => one >= floor && one <= ceiling &&
      (least === null || (flag[i] === SUSPECT && one > least - 3 * span && one < most + 3 * span)));
    if (least === null) return seen.length ? [Math.min(...seen), Math.max(...seen)] : [null, null];
    return [Math.min(least, ...seen), Math.max(most, ...seen)];
  }

  function draw(u, series, ink, paper) {
    const { ctx, bbox } = u, ratio = devicePixelRatio, r = RADIUS * ratio;
    const { t, value, flag } = series.doubtful;
    ctx.save();
    ctx.strokeStyle = ink;
    ctx.fillStyle = paper;
    ctx.lineWidth = 1.3 * ratio;
    for (let i = 0; i < t.length; i++) {
      const x = u.valToPos(t[i], "x", true), there = u.valToPos(value[i], "y", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      const top = bbox.top + 2 * r, bottom = bbox.top + bbox.height - 2 * r;
      const y = Math.min(Math.max(there, top), bottom), out = Math.sign(there - y);
      ctx.beginPath();
      if (out) {
        ctx.moveTo(x - r, y - out * r);
        ctx.lineTo(x + r, y - out * r);
        ctx.lineTo(x, y + out * r * 1.4);
        ctx.closePath();
      } else ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
      if (flag[i] === SUSPECT) continue;
      ctx.beginPath();
      ctx.moveTo(x - 1.7 * r, y + 1.7 * r);
      ctx.lineTo(x + 1.7 * r, y - 1.7 * r);
      ctx.stroke();
    }
    ctx.restore();
  }

  // Places of those from `from` up to before `to` [s].
  function between(series, from, to) {
    const found = [];
    series.doubtful.t.forEach((at, i) => { if (at >= from && at < to) found.push(i); });
    return found;
  }

  // Why some of them are doubtful: the instrument's own word, and the checks that spoke.
  function why(series, places, words) {
    const said = new Set();
    for (const i of places) {
      const status = words.status[series.doubtful.status[i]];
      if (status) said.add(status);
      for (const [bit, name] of Object.entries(words.reason)) {
        if (series.doubtful.reasons[i] & Number(bit)) said.add(name);
      }
    }
    return [...said].join(", ");
  }

  // One line for the pointer: each kind with its values and reasons.
  function told(series, places, words, fixed) {
    return [["suspect", "○"], ["bad", "⊘"]].map(([kind, mark]) => {
      const some = places.filter((i) => (series.doubtful.flag[i] === SUSPECT) === (kind === "suspect"));
      if (!some.length) return "";
      const values = [...new Set(some.map((i) => fixed(series.doubtful.value[i])))].join(", ");
      const reasons = why(series, some, words);
      return `  ${mark} ${words.kind[kind]} ${values}` + (reasons ? `: ${reasons}` : "");
    }).join("");
  }
  return { stretched, draw, between, why, told };
})();
