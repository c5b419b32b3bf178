"""A shop's own colour: whatever it is, what is written can be read."""

import re

from hypothesis import given
from hypothesis import strategies as st

from vetrina.web.pages.shop_colours import PAPER, colours_css, contrast, parsed, readable

PARTS = st.integers(0, 255)
COLOURS = st.tuples(PARTS, PARTS, PARTS)


@given(COLOURS)
def test_text_on_the_colour_and_in_the_colour_can_be_read(colour):
    told = "#" + "".join(f"{part:02x}" for part in colour)
    day, night, _ = re.findall(r"html[^{]*{([^}]*)}", colours_css(told).decode())
    for rule, paper in ((day, PAPER), (night, (38, 33, 26))):
        named = {name: parsed(value) for name, value in re.findall(r"--v-([\w-]+): (#\w{6})", rule)}
        assert contrast(named["accent"], named["accent-ink"]) >= 4.5
        assert contrast(named["accent-text"], paper) >= 4.5


@given(COLOURS, COLOURS)
def test_a_readable_colour_is_left_as_it_is(colour, beside):
    if contrast(colour, beside) >= 5:
        assert readable(colour, beside) == colour
