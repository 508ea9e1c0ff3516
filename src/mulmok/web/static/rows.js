// Puts one frame of the live stream into the rows and loads; src/mulmok/web/frame.py makes frames.
"use strict";

const words = JSON.parse(document.body.dataset.words);

function put(element, said) {
  if (element && element.textContent !== said) element.textContent = said;
}

function noteOf(kind, side, reasons, status) {
  if (kind === "good") return side ? (side > 0 ? "▲ " : "▼ ") + words.side[side] : "";
  const why = status && words.status[status] ? [words.status[status]] : [];
  for (const [bit, name] of Object.entries(words.reason)) if (reasons & Number(bit)) why.push(name);
  return words.kind[kind] + (why.length ? ": " + why.join(", ") : "");
}

function putRow(row, frame) {
  const [shown, at, kind, old, reasons, status, x, beyond, band, normal, side, priority] = frame;
  row.className = ["kind-" + kind, old && "old", side && "out", priority && "p" + priority].filter(Boolean).join(" ");
  put(row.querySelector(".v"), shown);
  put(row.querySelector(".note"), noteOf(kind, side, reasons, status));
  put(row.querySelector(".c-normal"), normal || words.band.unknown);
  row.querySelector("[data-at]").dataset.at = at ?? "";
  const pointer = row.querySelector(".pointer");
  pointer.setAttribute("class", "pointer" + (x === null ? " none" : "") + (beyond ? " beyond" : ""));
  pointer.setAttribute("transform", `translate(${x ?? 0} 0)`);
  const drawn = row.querySelector(".bar .band");
  drawn.setAttribute("x", band ? band[0] : 0);
  drawn.setAttribute("width", band ? band[1] : 0);
  const mark = row.querySelector(".mark");
  mark.setAttribute("class", "mark" + (priority ? " p" + priority : ""));
  mark.firstElementChild.setAttribute("href", priority ? "#p" + priority : "#");
}

function putLoad(row, [now, share, today, covered, filled, over]) {
  row.classList.toggle("over", over);
  put(row.querySelector("td.c-value"), now);
  put(row.querySelector(".c-percent"), share);
  put(row.querySelector(".c-today"), today);
  put(row.querySelector(".c-covered"), covered);
  row.querySelector(".filled").setAttribute("width", filled);
}

document.addEventListener("mulmok:frame", ({ detail: frame }) => {
  for (const row of document.querySelectorAll("[data-channel]")) {
    const news = frame.rows[row.dataset.channel];
    if (news) putRow(row, news);
  }
  for (const row of document.querySelectorAll("[data-load]")) {
    const news = frame.loads[row.dataset.load];
    if (news) putLoad(row, news);
  }
});
