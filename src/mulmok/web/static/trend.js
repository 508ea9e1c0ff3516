// The trend chart: every zoom asks the server for buckets anew, so that a year is as quick as an hour.
"use strict";

(() => {
  const box = document.getElementById("chart"), read = document.getElementById("read");
  const all = JSON.parse(document.body.dataset.words);
  const words = { ...all.chart, "f-suspect": all.kind.suspect, "f-bad": all.kind.bad, "f-missing": all.kind.missing };
  const zone = box.dataset.zone, tongue = box.dataset.language;
  let from = Number(box.dataset.start), to = Number(box.dataset.end);
  let series = null, plot = null, asked = null, span = [from, to].join();

  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "lanes");
  box.after(svg);
  events.listen(svg, () => series, tongue);

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  // As src/mulmok/web/numbers.py has it: what is beyond any instrument gets a power of ten.
  const fixed = (value) => value === null || value === undefined ? "—" : Math.abs(value) >= 1e7 ? value.toExponential(1).replace("+", "") : value.toLocaleString("en", { minimumFractionDigits: series.decimals, maximumFractionDigits: series.decimals });
  const moment = (at, options) => new Intl.DateTimeFormat(tongue, { timeZone: zone, hourCycle: "h23", ...options }).format(at * 1000);
  const full = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };

  // Axis labels: the clock within days, the day beyond, the month beyond a season.
  function ticks(u, splits, axis, space, step) {
    const day = (at) => moment(at, { month: "2-digit", day: "2-digit" });
    const clock = (at) => moment(at, { hour: "2-digit", minute: "2-digit" });
    if (step >= 27 * 86400) return splits.map((at) => moment(at, { year: "numeric", month: "2-digit" }));
    if (step >= 86400) return splits.map(day);
    return splits.map((at, i) => clock(at) + (i === 0 || day(at) !== day(splits[i - 1]) ? "\n" + day(at) : ""));
  }

  const label = (limit) => `P${limit.priority} ${limit.side === "above" ? ">" : "<"} ${limit.shown}`;
  // Labels stand beside the chart, never over the curve.
  const gutter = () => Math.max(12, ...series.limits.map((limit) => (label(limit).length + 2) * 7 + 8));

  function limits(u) {
    const { ctx, bbox } = u, ratio = devicePixelRatio, bottom = bbox.top + bbox.height;
    ctx.save();
    ctx.font = `${12 * ratio}px sans-serif`;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.lineWidth = 1.5 * ratio;
    let free = bbox.top;
    const placed = series.limits.map((limit) => ({ ...limit, y: u.valToPos(limit.value, "y", true) }));
    for (const limit of placed.sort((one, other) => one.y - other.y)) {
      // A limit out of the picture is told at its edge.
      const above = limit.y < bbox.top, below = limit.y > bottom;
      ctx.strokeStyle = ctx.fillStyle = colour("p" + limit.priority);
      if (!above && !below) {
        ctx.setLineDash([8, 5]);
        ctx.beginPath();
        ctx.moveTo(bbox.left, limit.y);
        ctx.lineTo(bbox.left + bbox.width, limit.y);
        ctx.stroke();
      }
      const y = Math.max(Math.min(limit.y, bottom), free + 8 * ratio);
      free = y + 8 * ratio;
      ctx.fillText(label(limit) + (above ? " ↑" : below ? " ↓" : ""), bbox.left + bbox.width + 6 * ratio, y);
    }
    ctx.restore();
  }

  function doubted(u) {
    doubts.draw(u, series, colour("pointer"), colour("panel"));
  }

  function lower(u) {
    const ratio = devicePixelRatio, left = u.bbox.left / ratio, right = left + u.bbox.width / ratio;
    const reasons = (start, end) => doubts.why(series, doubts.between(series, start, end), all);
    lanes.draw(svg, series, words, { left, right }, (at) => left + u.valToPos(at, "x"), reasons);
  }

  function told(u) {
    const i = u.cursor.idx;
    if (i === null || i === undefined) { read.textContent = ""; events.peek(null); return; }
    const event = events.at(series, series.t[i]);
    events.peek(event, u.cursor.left / (u.bbox.width / devicePixelRatio), tongue);
    const one = (name) => fixed(series[name][i]), half = series.width / 2;
    const nearby = doubts.between(series, series.t[i] - half, series.t[i] + half);
    const kind = { 3: all.kind.suspect, 4: all.kind.bad, 9: all.kind.missing }[series.flag[i]];
    const counted = series.count[i]
      ? `${words.mean} ${one("mean")}  ${words.range} ${one("min")}–${one("max")}` + (series.low[i] === null ? "" : `  ${words.band} ${one("low")}–${one("high")}`)
      : series.flag[i] ? words.unusable : words.nothing;
    const doubt = nearby.length ? doubts.told(series, nearby, all, fixed) : kind ? "  " + kind : "";
    read.textContent = moment(series.t[i], { year: "numeric", ...full }) + "  " + counted + doubt + (event ? `  ${events.MARKS[event.verdict]} ${event.name}` : "");
  }

  function chosen(u) {
    if (u.select.width < 5) return;
    go(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  // What is out of the picture must not flatten it: limits far away are drawn only when near.
  function reach(_, lowest, highest) {
    const [least, most] = doubts.stretched(series, lowest, highest);
    if (least === null) return [0, 1];
    const near = series.limits.map((limit) => limit.value).filter((value) => value > least - (most - least) && value < most + (most - least));
    const low = Math.min(least, ...near), high = Math.max(most, ...near), margin = (high - low || Math.abs(high) || 1) * 0.08;
    return [low - margin, high + margin];
  }

  function build() {
    // A steep stroke shows at the edges of a narrow gap: gaps are cut a pixel wider, so nothing joins.
    const cut = (_, number, first, last, gaps) => gaps.map(([left, right]) => [left - devicePixelRatio, right + devicePixelRatio]);
    // What stands between two gaps has no line to be seen by.
    const alone = (u, number) => u.data[number].flatMap((value, i, all) => value !== null && (all[i - 1] ?? null) === null && (all[i + 1] ?? null) === null ? [i] : []);
    const line = (stroke, width) => ({ stroke, width, points: { show: false }, spanGaps: false, gaps: cut });
    const mean = { ...line(colour("pointer"), 1.4), points: { show: true, filter: alone, size: 3, width: 0, fill: colour("pointer") } };
    const quiet = colour("quiet"), grid = { stroke: colour("line"), width: 1 };
    const axis = { stroke: quiet, grid, ticks: grid, font: "12px sans-serif" };
    plot?.destroy();
    box.replaceChildren();
    plot = new uPlot({
      width: box.clientWidth, height: Math.max(box.clientHeight, 320), padding: [12, gutter(), 0, 0],
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
      scales: { x: { time: true, range: () => [from, to] }, y: { range: reach } },
      series: [{}, line("transparent", 0), line("transparent", 0), line("transparent", 0), line("transparent", 0), mean],
      bands: [{ series: [2, 1], fill: colour("track") }, { series: [4, 3], fill: colour("band") }],
      axes: [{ ...axis, values: ticks, space: 80 }, { ...axis, size: 70, values: (_, splits) => splits.map((value) => value.toLocaleString("en")) }],
      cursor: { drag: { x: true, y: false, setScale: false }, y: false, bind: { dblclick: () => () => (wide(4), null) } },
      legend: { show: false },
      hooks: { drawClear: [(u) => events.under(u, series, colour)], draw: [(u) => events.over(u, series, colour), doubted, limits, lower], setCursor: [told], setSelect: [chosen] },
    }, data(), box);
  }
  const data = () => [series.t, series.low, series.high, series.min, series.max, series.mean];

  async function load() {
    asked?.abort();
    const mine = asked = new AbortController();
    const buckets = Math.min(Math.max(Math.round(box.clientWidth * 1.2), 200), 2000);
    const query = new URLSearchParams({ channel: box.dataset.channel, start: iso(from), end: iso(to), buckets });
    if (!series) said(words.loading);
    try {
      const answer = await fetch("/api/v1/series?" + query, { signal: mine.signal });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      series = await answer.json();
      build();
      box.dataset.drawn = series.t.length;
      // The page came with the cards of its own span.
      if (span !== [from, to].join()) events.follow(new URLSearchParams({ channel: box.dataset.channel, from: iso(from), to: iso(to) }));
      span = [from, to].join();
    } catch (fault) {
      if (fault.name !== "AbortError") said(words.failed + ": " + fault.message);
    }
  }
  function said(what) {
    const line = document.createElement("p");
    line.className = "said";
    line.textContent = what;
    box.replaceChildren(line);
  }
  const iso = (at) => new Date(Math.round(at * 1000)).toISOString();

  function go(start, end, { remember = true } = {}) {
    if (end - start < 60) end = start + 60;
    from = start; to = end;
    const address = new URL(location.href);
    address.search = new URLSearchParams({ channel: box.dataset.channel, from: iso(from), to: iso(to) });
    if (remember) history.pushState({ from, to }, "", address);
    load();
  }
  function wide(times) {
    const middle = (from + to) / 2, half = Math.min((to - from) * times, 20 * 366 * 86400) / 2;
    const latest = series ? Math.max(series.now, to) : to;
    go(middle - half, Math.min(middle + half, latest));
  }
  history.replaceState({ from, to }, "");
  addEventListener("popstate", ({ state }) => state && go(state.from, state.to, { remember: false }));
  document.getElementById("earlier").onclick = () => go(from - (to - from) / 2, to - (to - from) / 2);
  document.getElementById("later").onclick = () => go(from + (to - from) / 2, to + (to - from) / 2);
  document.getElementById("wider").onclick = () => wide(2);
  document.querySelector("#asked select").onchange = (event) => event.target.form.requestSubmit();
  for (const one of document.querySelectorAll("[data-span]")) {
    one.onclick = (event) => {
      event.preventDefault();
      const end = series ? series.now : to;
      go(end - Number(one.dataset.span), end);
    };
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => series && build());
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (plot && Math.abs(box.clientWidth - width) > 20) { width = box.clientWidth; load(); }
  }).observe(box);
  load();
})();
