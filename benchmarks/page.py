"""What a part of the page is made of, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of more than a figure and its value."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG under docs/pictures, and what it shows to those who do not see it."""

    name: str
    svg: str
    shows: str


#: A figure and its value, a paragraph, a table or a picture.
Piece = tuple[str, str] | str | Table | Picture


def written(pieces: Iterable[Piece], docs: Path = DOCS) -> list[str]:
    """Lines of the page; pictures are written beside it. Figures in a row share a table."""
    lines: list[str] = []
    open_table = False
    for piece in pieces:
        if isinstance(piece, tuple):
            if not open_table:
                lines += ["", "| figure | measured |", "|---|---|"]
            lines.append(_row(piece))
        elif isinstance(piece, Table):
            lines += ["", _row(piece.head), "|---" * len(piece.head) + "|"]
            lines += [_row(cells) for cells in piece.rows]
        elif isinstance(piece, Picture):
            folder = docs / "pictures"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{piece.name}.svg").write_text(piece.svg, encoding="utf-8")
            lines += ["", f"![{piece.shows}](pictures/{piece.name}.svg)"]
        else:
            lines += ["", piece]
        open_table = isinstance(piece, tuple)
    return lines


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def told(piece: Piece) -> str:
    """Give a piece as a terminal shows it."""
    if isinstance(piece, tuple):
        return f"  {piece[0]}: {piece[1]}"
    if isinstance(piece, Table):
        return "\n".join("  " + "; ".join(cells) for cells in (piece.head, *piece.rows))
    return f"  picture {piece.name}.svg" if isinstance(piece, Picture) else f"  {piece}"


def sections(page: str) -> dict[str, list[str]]:
    """Lines of each section of a page that was written before, by its heading."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in page.splitlines():
        if line.startswith("## "):
            lines = found.setdefault(line.removeprefix("## "), [])
        else:
            lines.append(line)
    return {name: _stripped(own) for name, own in found.items()}


def _stripped(lines: list[str]) -> list[str]:
    return "\n".join(lines).strip("\n").split("\n")
