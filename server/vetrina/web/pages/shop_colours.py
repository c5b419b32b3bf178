"""A shop's own colour in the page's tokens, so that what is written on it stays readable."""

from __future__ import annotations

from typing import Final

Colour = tuple[int, int, int]
PAPER: Final[Colour] = (255, 250, 241)
NIGHT: Final[Colour] = (38, 33, 26)
WHITE: Final[Colour] = (255, 255, 255)
BLACK: Final[Colour] = (23, 19, 14)
READABLE: Final = 4.6
"""A little more than WCAG 2.2 asks of text (1.4.3), for what rounding takes away."""
STEPS: Final = 40


def colours_css(accent: str) -> bytes:
    """`#1f6b3a` as a style sheet over the tokens: for both themes, ground and text."""
    colour = parsed(accent)
    ink = WHITE if contrast(colour, WHITE) >= contrast(colour, BLACK) else BLACK
    ground = readable(colour, ink)
    day = _rule(ground, ink, readable(colour, PAPER), mixed(colour, PAPER, 0.9))
    night = _rule(ground, ink, readable(colour, NIGHT), mixed(colour, NIGHT, 0.8))
    sheet = (
        f"@layer v-page {{ html {{ {day} }} html[data-theme='notte'] {{ {night} }} "
        f"@media (scripting: none) and (prefers-color-scheme: dark) {{ html {{ {day} }} }} }}\n"
    )
    return sheet.encode()


def parsed(text: str) -> Colour:
    """`#1f6b3a` as three numbers."""
    red, green, blue = (int(text[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def hexadecimal(colour: Colour) -> str:
    """Three numbers as `#1f6b3a`."""
    return "#" + "".join(f"{part:02x}" for part in colour)


def readable(colour: Colour, beside: Colour) -> Colour:
    """The colour, or the nearest darker or lighter one that can be read on or under another."""
    towards = BLACK if luminance(beside) > 0.4 else WHITE
    for step in range(STEPS + 1):
        tried = mixed(colour, towards, step / STEPS)
        if contrast(tried, beside) >= READABLE:
            return tried
    return towards


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """With so much of the other in it, from 0 to 1."""
    red, green, blue = (
        round(one + (two - one) * share) for one, two in zip(colour, other, strict=True)
    )
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _rule(ground: Colour, ink: Colour, text: Colour, wash: Colour) -> str:
    told = {"": ground, "-ink": ink, "-text": text, "-wash": wash}
    return " ".join(f"--v-accent{name}: {hexadecimal(one)};" for name, one in told.items())
