import re

import pytest
import segno

from vetrina.web.http.problem import Problem
from vetrina.web.qr_codes import QUIET_MODULES, qr_svg


def modules_of(svg: bytes) -> list[list[bool]]:
    """The dark modules as drawn, quiet zone and all."""
    (size,) = re.findall(rb'viewBox="0 0 (\d+) \1"', svg)
    grid = [[False] * int(size) for _ in range(int(size))]
    (path,) = re.findall(rb'stroke="#000" d="([^"]+)"', svg)
    x = y = 0.0
    for letter, numbers in re.findall(r"([Mmh])([^Mmh]*)", path.decode()):
        values = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
        if letter == "h":
            for column in range(int(x), int(x + values[0])):
                grid[int(y)][column] = True
            x += values[0]
        else:
            x, y = values if letter == "M" else (x + values[0], y + values[1])
    return grid


@pytest.mark.parametrize("text", ["http://192.168.0.7:8000/go/spring/1", "x" * 300])
def test_what_is_drawn_is_the_code_with_its_quiet_zone(text):
    grid = modules_of(qr_svg(text))
    size = len(grid) - 2 * QUIET_MODULES
    version = (size - 17) // 4
    level = "l" if version <= 3 and len(text) > 42 else "m"
    code = segno.make(text, error=level, micro=False, boost_error=False)
    wanted = [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET_MODULES)]
    assert grid == wanted


def test_a_short_address_stays_coarse():
    """43 to 53 bytes fit into version 3 at level L only."""
    assert len(modules_of(qr_svg("h" * 42))) == len(modules_of(qr_svg("h" * 53))) == 29 + 8
    assert len(modules_of(qr_svg("h" * 54))) > 29 + 8


def test_black_on_white_without_anything_else():
    svg = qr_svg("x").decode()
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) == {"#000", "#fff"}
    assert "style" not in svg
    assert "class" not in svg


def test_too_much_text():
    with pytest.raises(Problem):
        qr_svg("x" * 3000)
