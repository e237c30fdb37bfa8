"""Cards as pictures: PNG of the size that social sites show, the same bytes for the same card."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from pymupdf_fonts import FiraGO_Bold, FiraGO_Regular

from web.cards import Card, Mark, Row

WIDTH, HEIGHT, MARGIN = 1200, 630, 64
PAPER, INK, SOFT, LINE, ACCENT = "#ffffff", "#1b2321", "#55605d", "#d5dad8", "#0b6e63"
TITLES = (64, 56, 48, 40)  # sizes to try, in pixels, before a title is broken in two
ALONE = 72  # the size of a title with nothing below it
TEXT, NAMES = 28, (27, 24, 21)
LEADING = 36  # from one line of text to the next
FINE = 4  # shapes are drawn so many times larger and scaled down, for smooth edges
AXIS_LEFT, AXIS_RIGHT = 610, 800
ROWS_END = 560
MORE = "…"
Font = ImageFont.FreeTypeFont


@cache
def font(size: int, bold: bool = False) -> Font:
    """FiraGO, which has Latin, Greek, Cyrillic, Arabic, Hebrew, Thai and Devanagari.

    The basic layout is the same everywhere, whatever libraries a system has.
    """
    face = FiraGO_Bold if bold else FiraGO_Regular
    return ImageFont.truetype(BytesIO(face.fontbuffer), size, layout_engine=ImageFont.Layout.BASIC)


def png(card: Card, demo: bool) -> bytes:
    """The card drawn; `demo` says on it that its reviews are made up."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    head(image, pen, demo)
    heading(pen, card)
    rows(image, pen, card.rows)
    pen.text((MARGIN, 586), fitted(card.note, font(24), WIDTH - 2 * MARGIN), SOFT, font(24), anchor="ls")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def head(image: Image.Image, pen: ImageDraw.ImageDraw, demo: bool) -> None:
    """Whose picture it is, and whether what it shows is made up."""
    pen.rectangle((0, 0, WIDTH, 10), ACCENT)
    for line, (left, right, dot) in enumerate(((0, 26, 13), (10, 38, 26), (3, 29, 15))):
        y = 52 + 12 * line
        pen.rectangle((MARGIN + left, y - 1, MARGIN + right, y + 1), ACCENT)
        disc(image, MARGIN + dot, y, 6)
    pen.text((MARGIN + 54, 74), "BestClawModels", INK, font(30, bold=True), anchor="ls")
    if demo:
        pen.text((WIDTH - MARGIN, 74), "Demonstration: made-up reviews", ACCENT, font(26, bold=True), anchor="rs")


def heading(pen: ImageDraw.ImageDraw, card: Card) -> None:
    """Title and what stands under it, as far down as the rows leave room."""
    width = WIDTH - 2 * MARGIN
    size = fitting(card.title, TITLES, width) if card.rows else ALONE
    y = 108 if card.rows else 150
    for line in broken(card.title, font(size, bold=True), width, 2 if card.rows else 3):
        y += round(size * 1.1)
        pen.text((MARGIN, y), line, INK, font(size, bold=True), anchor="ls")
    y += 14
    for line in broken(card.under, font(TEXT), width, max(1, (rows_top(card.rows) - 30 - y) // LEADING)):
        y += LEADING
        pen.text((MARGIN, y), line, SOFT, font(TEXT), anchor="ls")


def row_height(shown: Sequence[Row]) -> int:
    return 52 if len(shown) > 4 else 60


def rows_top(shown: Sequence[Row]) -> int:
    return ROWS_END - row_height(shown) * len(shown)


def rows(image: Image.Image, pen: ImageDraw.ImageDraw, shown: Sequence[Row]) -> None:
    """The rows, over an axis of stars where they have marks."""
    marked = any(row.mark for row in shown)
    if marked:
        axis(pen, rows_top(shown) - 6, ROWS_END - 14)
    for number, row in enumerate(shown):
        base = rows_top(shown) + row_height(shown) * number + round(row_height(shown) * 0.62)
        told = fitted(row.told, font(27), WIDTH - MARGIN - (AXIS_RIGHT if marked else AXIS_LEFT) - 24)
        left = AXIS_LEFT if marked else WIDTH - MARGIN - font(27).getlength(told)
        named(pen, row.name, base, left - 30 - MARGIN)
        pen.text((WIDTH - MARGIN, base), told, INK, font(27), anchor="rs")
        if row.mark:
            whisker(image, pen, row.mark, base - 9)


def named(pen: ImageDraw.ImageDraw, name: str, base: int, width: float) -> None:
    """A name on one line or, where it has no room, on two."""
    size = fitting(name, NAMES, width)
    face = font(size, bold=True)
    first = longest(name, face, width)
    lines = [name] if first == len(name) else [name[:first], fitted(name[first:], face, width)]
    for number, line in enumerate(lines):
        pen.text((MARGIN, base + round(size * (number - (len(lines) - 1) / 2))), line, INK, face, anchor="ls")


def axis(pen: ImageDraw.ImageDraw, top: int, bottom: int) -> None:
    for star in range(1, 6):
        pen.text((across(star), top), str(star), SOFT, font(20), anchor="ms")
        pen.line((across(star), top + 8, across(star), bottom), LINE, 2)


def whisker(image: Image.Image, pen: ImageDraw.ImageDraw, mark: Mark, y: int) -> None:
    """The interval as a line, the score as a disc: hollow while provisional."""
    colour, half = (SOFT, 1) if mark.provisional else (ACCENT, 2)
    pen.rectangle((across(mark.low), y - half, across(mark.high), y + half), colour)
    disc(image, across(mark.score), y, 10, colour)
    if mark.provisional:
        disc(image, across(mark.score), y, 7, PAPER)


def across(stars: float) -> int:
    """Where so many stars lie on the axis."""
    return round(AXIS_LEFT + (min(5.0, max(1.0, stars)) - 1) / 4 * (AXIS_RIGHT - AXIS_LEFT))


def disc(image: Image.Image, x: int, y: int, radius: int, colour: str = ACCENT) -> None:
    size = 2 * radius + 1
    mask = Image.new("L", (size * FINE, size * FINE))
    ImageDraw.Draw(mask).ellipse((0, 0, size * FINE - 1, size * FINE - 1), 255)
    image.paste(colour, (x - radius, y - radius), mask.resize((size, size), Image.Resampling.LANCZOS))


def broken(text: str, face: Font, width: int, most: int) -> list[str]:
    """The text in at most so many lines, about as long as each other; what has no room ends in an ellipsis."""
    lines = packed(text, face, width)
    if len(lines) > most:
        return [fitted(line, face, width) for line in (*lines[: most - 1], " ".join(lines[most - 1 :]))]
    narrow = next((less for less in range(width // 2, width, 20) if len(packed(text, face, less)) == len(lines)), width)
    return [fitted(line, face, width) for line in packed(text, face, narrow)]


def packed(text: str, face: Font, width: float) -> list[str]:
    """The text in lines, as many words on each as it holds; a word longer than a line has one to itself."""
    lines: list[str] = []
    for word in text.split():
        if lines and face.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def fitting(text: str, sizes: Sequence[int], width: float) -> int:
    """The first size in which the bold text has room, or the last."""
    return next((size for size in sizes if font(size, bold=True).getlength(text) <= width), sizes[-1])


def fitted(text: str, face: Font, width: float) -> str:
    """The text, cut short where it is wider than that."""
    if face.getlength(text) <= width:
        return text
    return text[: longest(text, face, width - face.getlength(MORE))].rstrip() + MORE


def longest(text: str, face: Font, width: float) -> int:
    """How many of its letters have room."""
    return bisect_right(range(1, len(text) + 1), width, key=lambda length: face.getlength(text[:length]))
