"""A picture of axes, lines and marks as SVG text: what two figures need, and no library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

#: Colours told apart by people who see red and green alike (Okabe and Ito 2008).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555")
_INK, _FAINT = "#222", "#ddd"


@dataclass
class Drawing:
    """Parts of a picture, from the back to the front."""

    width: int
    height: int
    parts: list[str] = field(default_factory=list)

    def line(self, points: Iterable[tuple[float, float]], colour: str, wide: float = 2) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{wide}" '
            'stroke-linejoin="round"/>'
        )

    def dot(self, x: float, y: float, colour: str, radius: float = 4) -> None:
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>')

    def cross(self, x: float, y: float, colour: str, arm: float = 4) -> None:
        self.parts.append(
            f'<path d="M{x - arm:.1f} {y - arm:.1f}l{2 * arm} {2 * arm}m0 {-2 * arm}l{-2 * arm} {2 * arm}" '
            f'stroke="{colour}" stroke-width="2"/>'
        )

    def box(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>'
        )

    def text(
        self, x: float, y: float, words: str, anchor: str = "start", colour: str = _INK
    ) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
        )

    def svg(self, title: str) -> str:
        """Give the file: a white ground, since a page may be dark."""
        return "\n".join(
            [
                '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="13"',
                f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}">',
                f"<title>{escape(title)}</title>",
                f'<rect width="{self.width}" height="{self.height}" fill="#fff"/>',
                *self.parts,
                "</svg>\n",
            ]
        )


@dataclass(frozen=True, slots=True)
class Axis:
    """From a value to a place; `scale` may be a logarithm."""

    low: float
    high: float
    begin: float
    end: float
    scale: Callable[[float], float] = float

    def __call__(self, value: float) -> float:
        """Give the place of a value."""
        low, high = self.scale(self.low), self.scale(self.high)
        part = (self.scale(value) - low) / (high - low)
        return self.begin + part * (self.end - self.begin)


def grid(
    drawing: Drawing,
    x: Axis,
    y: Axis | None,
    marks: tuple[Sequence[tuple[float, str]], Sequence[tuple[float, str]]],
    bottom: float,
    top: float,
) -> None:
    """Draw faint lines and their values: upright ones from `top` to `bottom`."""
    for value, words in marks[0]:
        drawing.line([(x(value), top), (x(value), bottom)], _FAINT, 1)
        drawing.text(x(value), bottom + 18, words, "middle")
    for value, words in marks[1] if y else ():
        assert y is not None
        drawing.line([(x.begin, y(value)), (x.end, y(value))], _FAINT, 1)
        drawing.text(x.begin - 8, y(value) + 4, words, "end")
