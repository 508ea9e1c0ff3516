// The trend chart: every zoom asks the server for buckets anew, so that a year is as quick as an hour.
"use strict";

(() => {
  const box = document.getElementById("chart"), read = document.getElementById("read");
  const all = JSON.parse(document.body.dataset.words);
  const words = { ...all.chart, "f-suspect": all.kind.suspect, "f-bad": all.kind.bad, "f-missing": all.kind.missing };
  const zone = box.dataset.zone, tongue = box.dataset.language;
  let from = Number(box.dataset.start), to = Number(box.dataset.end);
  let series = null, plot = null, asked = null;

  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "lanes");
  box.after(svg);

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const fixed = (value) => value === null || value === undefined ? "—" : value.toLocaleString("en", { minimumFractionDigits: series.decimals, maximumFractionDigits: series.decimals });
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

  function limits(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = `${12 * devicePixelRatio}px sans-serif`;
    for (const limit of series.limits) {
      const there = u.valToPos(limit.value, "y", true);
      const above = there < bbox.top, below = there > bbox.top + bbox.height;
      // A limit out of the picture is told at its edge.
      const y = above ? bbox.top + 18 * devicePixelRatio : below ? bbox.top + bbox.height : there;
      ctx.textAlign = "left";
      ctx.textBaseline = "alphabetic";
      ctx.strokeStyle = ctx.fillStyle = colour("p" + limit.priority);
      ctx.setLineDash([8, 5]);
      ctx.lineWidth = 1.5 * devicePixelRatio;
      if (!above && !below) {
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
      }
      const far = above ? " ↑" : below ? " ↓" : "";
      ctx.fillText(`${words.limit} ${limit.priority}  ${limit.side === "above" ? ">" : "<"} ${fixed(limit.value)}${far}`, bbox.left + 6, y - 5);
    }
    ctx.restore();
  }

  function lower(u) {
    const ratio = devicePixelRatio, left = u.bbox.left / ratio, right = left + u.bbox.width / ratio;
    lanes.draw(svg, series, words, { left, right }, (at) => left + u.valToPos(at, "x"));
  }

  function told(u) {
    const i = u.cursor.idx;
    if (i === null || i === undefined) { read.textContent = ""; return; }
    const one = (name) => fixed(series[name][i]);
    read.textContent = moment(series.t[i], { year: "numeric", ...full }) + "  " + (series.count[i]
      ? `${words.mean} ${one("mean")}  ${words.range} ${one("min")}–${one("max")}` + (series.low[i] === null ? "" : `  ${words.band} ${one("low")}–${one("high")}`)
      : words.nothing);
  }

  function chosen(u) {
    if (u.select.width < 5) return;
    go(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  // What is out of the picture must not flatten it: limits far away are drawn only when near.
  function reach(_, least, most) {
    if (least === null) return [0, 1];
    const near = series.limits.map((limit) => limit.value).filter((value) => value > least - (most - least) && value < most + (most - least));
    const low = Math.min(least, ...near), high = Math.max(most, ...near), margin = (high - low || Math.abs(high) || 1) * 0.08;
    return [low - margin, high + margin];
  }

  function build() {
    const line = (stroke, width) => ({ stroke, width, points: { show: false }, spanGaps: false });
    const quiet = colour("quiet"), grid = { stroke: colour("line"), width: 1 };
    const axis = { stroke: quiet, grid, ticks: grid, font: "12px sans-serif" };
    plot?.destroy();
    box.replaceChildren();
    plot = new uPlot({
      width: box.clientWidth, height: Math.max(box.clientHeight, 320),
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
      scales: { x: { time: true, range: () => [from, to] }, y: { range: reach } },
      series: [{}, line("transparent", 0), line("transparent", 0), line("transparent", 0), line("transparent", 0), line(colour("pointer"), 1.4)],
      bands: [{ series: [2, 1], fill: colour("track") }, { series: [4, 3], fill: colour("band") }],
      axes: [{ ...axis, values: ticks, space: 80 }, { ...axis, size: 70, values: (_, splits) => splits.map((value) => value.toLocaleString("en")) }],
      cursor: { drag: { x: true, y: false, setScale: false }, y: false, bind: { dblclick: () => () => (wide(4), null) } },
      legend: { show: false },
      hooks: { draw: [limits, lower], setCursor: [told], setSelect: [chosen] },
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
