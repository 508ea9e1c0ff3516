"""The two pictures of the detection benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from benchmarks.detection.missed import THIRDS, Met
from benchmarks.detection.peers.measure import PeerFigure
from benchmarks.detection.tally import Score
from benchmarks.detection.waters import SHARES
from benchmarks.page import Picture
from benchmarks.svg import COLOURS, Axis, Drawing, grid

#: False warnings in 30 days at the ends of the axis; what is below the first is drawn there.
_FEWEST, _MOST = 0.2, 20.0
_FOUND, _MISSED, _BAR = COLOURS[0], COLOURS[1], "#cfe3f1"
_ROW, _TOP = 34, 44


def recall_picture(own: dict[float, Score], usual: float, peers: Sequence[PeerFigure]) -> Picture:
    """Recall against false warnings: each detector as far as its threshold is turned."""
    drawing = Drawing(760, 460)
    x = Axis(_FEWEST, _MOST, 60, 560, log)
    y = Axis(0.0, 1.0, 400, 30)
    across = [(v, f"{v:g}") for v in (0.2, 0.5, 1, 2, 5, 10, 20)]
    grid(drawing, x, y, (across, [(v / 5, f"{20 * v} %") for v in range(6)]), 400, 30)
    drawing.text(310, 440, "false warnings of foreign water in 30 days", "middle")
    drawing.text(60, 18, "foreign waters warned of")
    curves: list[tuple[str, list[tuple[float, float]], tuple[float, float] | None]] = []
    lines = [(s.false_a_month, s.recall) for s in own.values()]
    at_usual = own[usual]
    curves.append(("mulmok", sorted(lines), (at_usual.false_a_month, at_usual.recall)))
    for peer in peers:
        if peer.test is not None:
            points = sorted((p.false_per_30d, p.recall) for p in peer.curve)
            curves.append((peer.name, points, (peer.test.false_per_30d, peer.test.recall)))
    heights = _apart([y(_within(points)[-1][1]) + 4 for _, points, _ in curves], 18)
    for number, ((name, points, chosen), height) in enumerate(zip(curves, heights, strict=True)):
        colour = COLOURS[number % len(COLOURS)]
        shown = [(x(max(false, _FEWEST)), y(recall)) for false, recall in _within(points)]
        drawing.line(shown, colour, 3 if number == 0 else 1.5)
        if chosen is not None and chosen[0] <= _MOST:
            drawing.dot(x(max(chosen[0], _FEWEST)), y(chosen[1]), colour, 6 if number == 0 else 4)
        drawing.text(572, height, name, colour=colour)
    shows = (
        "Share of foreign waters warned of against false warnings in 30 days on the test seeds; "
        "a dot where each stands with the settings tuning chose"
    )
    return Picture("detection-recall", drawing.svg(shows), shows)


def _within(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [point for point in points if point[0] <= _MOST] or points[:1]


def _apart(heights: list[float], least: float) -> list[float]:
    """Move labels down until none covers another."""
    placed: dict[int, float] = {}
    last = float("-inf")
    for index in sorted(range(len(heights)), key=lambda i: heights[i]):
        last = placed[index] = max(heights[index], last + least)
    return [placed[index] for index in range(len(heights))]


def share_picture(waters: Sequence[Met]) -> Picture:
    """Recall by thirds of the share each cause comes in, and every single water over it."""
    names = [cause for cause in SHARES if any(w.result.cause == cause for w in waters)]
    bottom = _TOP + _ROW * len(names)
    drawing = Drawing(760, bottom + 56)
    x = Axis(0.001, 0.2, 130, 640, log)
    across = [(v, f"{100 * v:g} %") for v in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)]
    grid(drawing, x, None, (across, ()), bottom, _TOP - 4)
    drawing.text(385, bottom + 42, "greatest share of the flow", "middle")
    drawing.dot(140, 18, _FOUND, 3)
    drawing.text(150, 22, "warned of")
    drawing.cross(235, 18, _MISSED)
    drawing.text(245, 22, "missed")
    drawing.box(315, 10, 16, 16, _BAR)
    drawing.text(337, 22, "recall in each third of the range (full row: 100 %)")
    for row, cause in enumerate(names):
        own = [w for w in waters if w.result.cause == cause]
        base = _TOP + _ROW * (row + 1) - 4
        low, high = SHARES[cause]
        for third in range(len(THIRDS)):
            some = [w.found for w in own if w.third == third]
            if some:
                left, right = (x(low * (high / low) ** (n / 3)) for n in (third, third + 1))
                tall = (_ROW - 8) * sum(some) / len(some)
                drawing.box(left + 1, base - tall, right - left - 2, tall, _BAR)
        # Hits and misses apart in height, so that neither hides the other.
        for one in sorted(own, key=lambda w: not w.found):
            place = x(one.result.fraction or low)
            if one.found:
                drawing.dot(place, base - 8, _FOUND, 3)
            else:
                drawing.cross(place, base - 19, _MISSED)
        drawing.text(122, base - 8, cause.replace("_", " "), "end")
        drawing.text(652, base - 8, f"{sum(w.found for w in own)} of {len(own)}")
    shows = "Which foreign waters were warned of, by cause and by their greatest share of the flow"
    return Picture("detection-share", drawing.svg(shows), shows)
