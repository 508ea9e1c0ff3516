// Events of a trend: their spans on the chart, a card under the pointer, their cards beneath kept in step.
"use strict";

const events = (() => {
  // As the style sheet has them before a card's heading: a shape says what colour alone must not.
  const MARKS = { water: "◆", hydraulic: "≈", instrument: "⊘", maintenance: "⚒" };
  // How long the band of an event's beginning may stand for what was expected after it: the day goes on [s].
  const HELD = 3600;
  const box = document.getElementById("peek");
  let shown = "", wanted = 0;

  const lasts = (event, series) => event.to ?? Math.max(series.now, event.from);
  // Of events that overlap the shortest is meant: a long one can be pointed at elsewhere.
  function at(series, time) {
    const under = series.events.filter((event) => event.from <= time && time <= lasts(event, series));
    return under.sort((one, other) => (lasts(one, series) - one.from) - (lasts(other, series) - other.from))[0];
  }

  // Beneath the curves: the span of each event.
  function under(u, series, colour) {
    const { ctx, bbox } = u, ratio = devicePixelRatio, right = bbox.left + bbox.width;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = `${14 * ratio}px sans-serif`;
    ctx.textBaseline = "top";
    for (const event of series.events) {
      const from = u.valToPos(event.from, "x", true), to = u.valToPos(lasts(event, series), "x", true);
      if (to < bbox.left || from > right) continue;
      ctx.fillStyle = colour(event.verdict === "water" ? "p2" : "quiet");
      ctx.globalAlpha = 0.1;
      ctx.fillRect(from, bbox.top, Math.max(to - from, 2 * ratio), bbox.height);
      ctx.globalAlpha = 1;
      ctx.fillText(MARKS[event.verdict], Math.max(from, bbox.left) + 3 * ratio, bbox.top + 2 * ratio);
    }
    ctx.restore();
  }

  // Over them: where an event begins and ends, and the normal band as it stood when an event began. The band itself follows the water slowly,
  // an event's too, and soon does not show any more how far from the usual it all is.
  function over(u, series, colour) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const event of series.events) {
      ctx.strokeStyle = colour(event.verdict === "water" ? "p2" : "quiet");
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      for (const end of event.to === null ? [event.from] : [event.from, event.to]) {
        const x = u.valToPos(end, "x", true);
        line(ctx, x, bbox.top, x, bbox.top + bbox.height);
      }
      held(u, series, event, colour);
    }
    ctx.restore();
  }

  function held(u, series, event, colour) {
    let before = -1;
    series.t.forEach((time, i) => { if (time <= event.from && series.low[i] !== null) before = i; });
    if (before < 0) return;
    const { ctx } = u, ratio = devicePixelRatio;
    ctx.lineWidth = 1.2 * ratio;
    const from = u.valToPos(event.from, "x", true), to = u.valToPos(Math.min(lasts(event, series), event.from + HELD), "x", true);
    ctx.strokeStyle = colour("quiet");
    ctx.setLineDash([8 * ratio, 3 * ratio, 2 * ratio, 3 * ratio]);
    for (const value of [series.low[before], series.high[before]]) {
      const y = u.valToPos(value, "y", true);
      line(ctx, from, y, to, y);
    }
  }

  function line(ctx, x, y, toX, toY) {
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(toX, toY);
    ctx.stroke();
  }

  // The card of an event, on the side of the chart where the pointer is not; none: it goes.
  function peek(event, share, tongue) {
    const id = event ? event.id : "";
    if (id) box.classList.toggle("left", share > 0.5);
    if (id === shown) return;
    shown = id;
    box.hidden = !id;
    if (!id) return;
    const card = document.getElementById("event-" + id);
    box.className = box.className.replace(/ ?verdict-\w+/, "") + " verdict-" + event.verdict;
    box.replaceChildren(card ? card.querySelector(".told").cloneNode(true) : plain(event, tongue));
  }

  function plain(event, tongue) {
    const told = document.createElement("div"), head = document.createElement("h3"), list = document.createElement("ul");
    head.textContent = event.name;
    list.className = "reasons";
    for (const reason of event.reasons[tongue] ?? event.reasons.en) list.append(Object.assign(document.createElement("li"), { textContent: reason }));
    told.append(head, list);
    return told;
  }

  // The marks in the lane beneath the chart are links: the pointer and the keyboard come to them alike.
  function listen(svg, series, tongue) {
    const meant = (happening) => {
      const link = happening.target.closest("a[data-event]");
      return link && series().events.find((event) => event.id === link.dataset.event);
    };
    const show = (happening) => {
      const event = meant(happening);
      if (!event) return;
      const mark = happening.target.closest("a").getBoundingClientRect(), all = svg.getBoundingClientRect();
      peek(event, (mark.left + mark.width / 2 - all.left) / all.width, tongue);
    };
    svg.addEventListener("pointerover", show);
    svg.addEventListener("focusin", show);
    svg.addEventListener("pointerout", () => peek(null));
    svg.addEventListener("focusout", () => peek(null));
    svg.addEventListener("click", (happening) => {
      const event = meant(happening), card = event && document.getElementById("event-" + event.id);
      if (!event) return;
      happening.preventDefault();
      if (!card) return location.assign("/events/" + encodeURIComponent(event.id));
      peek(null);
      card.scrollIntoView({ block: "start" });
      card.focus({ preventScroll: true });
    });
    addEventListener("keydown", (key) => { if (key.key === "Escape") peek(null); });
  }

  async function fetched(address) {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // What the channels said of an event is looked up when somebody wants to see it.
  document.addEventListener("toggle", (happening) => {
    const part = happening.target;
    if (!(part instanceof HTMLDetailsElement) || !part.open || !part.dataset.part) return;
    const address = part.dataset.part;
    delete part.dataset.part;
    fetched(address).then((page) => part.lastElementChild.replaceWith(page.querySelector(".spoke")), () => { part.dataset.part = address; part.open = false; });
  }, true);

  // The cards of another span; nothing is taken from under the hands of somebody who writes.
  async function follow(query) {
    const here = document.getElementById("events"), mine = ++wanted;
    if (here.querySelector(".shelve[open]")) return;
    const page = await fetched("/part/events?" + query).catch(() => null);
    const next = page && page.getElementById("events");
    if (next && mine === wanted) document.getElementById("events").replaceWith(next);
  }
  return { MARKS, at, under, over, peek, listen, follow };
})();
