"""The pictures of a result, in the colours and the type of the product's own pages."""

from __future__ import annotations

import logging
import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

ROOT: Final = Path(__file__).resolve().parent.parent
FONT: Final = "Instrument Sans"
WIDTH_IN, HEIGHT_IN, DPI = 8.6, 4.8, 160
LABEL_SHARE: Final = 0.056
"""Height of a label, as a share of the axis."""
CURVES: Final = {
    "latency": "From asking for an event until a viewer has it",
    "cost": "Processor time of the server for each delivery",
    "memory": "Resident memory for each connected viewer, beyond the idle server",
}
PERCENTS: Final = (1, 10, 50, 90, 99, 99.9)


def tokens() -> dict[str, str]:
    """The colours of the light theme, as the style sheet has them."""
    text = (ROOT / "static/css/tokens.css").read_text()
    light = text.partition('[data-theme="paper"]')[2].partition("}")[0]
    return dict(re.findall(r"--v-([\w-]+):\s*(#[0-9a-f]{6})", light))


@contextmanager
def typeset() -> Iterator[dict[str, str]]:
    """Our fonts and colours for the block. The web fonts are unpacked for it, weight by weight."""
    colours = tokens()
    style = {
        "font.family": [FONT, "DejaVu Sans"],
        "font.size": 11,
        "figure.facecolor": colours["paper"],
        "axes.facecolor": colours["paper"],
        "axes.edgecolor": colours["line-strong"],
        "axes.labelcolor": colours["ink-soft"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": colours["line"],
        "grid.linewidth": 0.8,
        "text.color": colours["ink"],
        "xtick.color": colours["ink-soft"],
        "ytick.color": colours["ink-soft"],
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
    }
    with tempfile.TemporaryDirectory() as folder:
        _unpack(Path(folder))
        with mpl.rc_context(style):
            yield colours


def _unpack(folder: Path) -> None:
    for weight, name in ((400, "Regular"), (600, "SemiBold")):
        font = TTFont(ROOT / "static/fonts/instrument-sans-latin.woff2")
        axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        font = instantiateVariableFont(font, {**axes, "wght": weight})
        font["OS/2"].usWeightClass = weight
        font.flavor = None
        font["name"].setName(FONT, 1, 3, 1, 0x409)
        font["name"].setName(FONT, 16, 3, 1, 0x409)
        font["name"].setName(name, 2, 3, 1, 0x409)
        font["name"].setName(name, 17, 3, 1, 0x409)
        path = folder / f"{name}.ttf"
        font.save(path)
        font_manager.fontManager.addfont(path)


def draw(
    result: Mapping[str, Any], names: Mapping[str, str], folder: Path, prefix: str = ""
) -> list[Path]:
    """Draw what the result has; the files written."""
    compared = result["scenarios"].get("compare") or result["scenarios"].get("fanout")
    if compared is None:
        return []
    ran = {name: told for name, told in compared["figures"]["targets"].items() if "one" in told}
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with typeset() as colours:
        for kind, title in CURVES.items():
            figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI)
            axes = figure.subplots()
            lines = {name: _points(kind, told) for name, told in ran.items()}
            _lines(axes, lines, names, colours)
            _scales(axes, kind, lines)
            _captions(axes, title, _about(kind, compared["figures"]), result["machine"], colours)
            path = folder / f"{prefix}{kind}.png"
            figure.savefig(path)
            written.append(path)
    return written


def _points(kind: str, told: Mapping[str, Any]) -> list[tuple[float, float]]:
    if kind == "latency":
        return [(_spread(percent), max(ms, 0.01)) for percent, ms in told["latency_curve"]]
    field = "us" if kind == "cost" else "kib_per_viewer"
    return [(each["viewers"], max(each[field], 0.05)) for each in told["curve"]]


def _spread(percent: float) -> float:
    """Where a percentile stands on the axis: both ends are stretched, as on probability paper."""
    share = min(max(percent / 100, 0.005), 0.9995)
    return math.log10(share / (1 - share))


def _lines(
    axes: Axes,
    lines: Mapping[str, Sequence[tuple[float, float]]],
    names: Mapping[str, str],
    colours: Mapping[str, str],
) -> None:
    """Ours and the floor stand out; each line has its name at its end."""
    axes.set_yscale("log")
    ends = sorted((points[-1][1], name) for name, points in lines.items())
    for _, name in ends:
        colour, width, style = _look(name, colours)
        xs, ys = zip(*lines[name], strict=True)
        over = 3 if name == "vetrina" else 2
        axes.plot(xs, ys, style, color=colour, linewidth=width, zorder=over,
                  solid_capstyle="round")  # fmt: skip
    low, high = axes.get_ylim()
    places = _apart([end for end, _ in ends], (high / low) ** LABEL_SHARE)
    for place, (end, name) in zip(places, ends, strict=True):
        colour, _, _ = _look(name, colours)
        axes.annotate(
            names[name], (lines[name][-1][0], end), (1.03, place), xycoords="data",
            textcoords=axes.get_yaxis_transform(), va="center", annotation_clip=False,
            color=colour, fontsize=10.5, fontweight=600 if name == "vetrina" else 400,
            arrowprops={"arrowstyle": "-", "color": colours["line-strong"], "linewidth": 0.7,
                        "relpos": (0, 0.5), "shrinkA": 2, "shrinkB": 3},
        )  # fmt: skip


def _look(name: str, colours: Mapping[str, str]) -> tuple[str, float, str]:
    if name == "vetrina":
        return colours["accent"], 3.2, "-"
    if name == "send_loop":
        return colours["ink"], 1.8, "--"
    return colours["ink-soft"], 1.3, "-"


def _apart(values: Sequence[float], ratio: float) -> list[float]:
    """The same values, rising, moved as little as may be so that labels do not overlap.

    Neighbours that are too close become a block around their common middle, and blocks join.
    """
    blocks: list[list[float]] = []
    for value in values:
        blocks.append([value])
        while len(blocks) > 1 and _bottom(blocks[-1], ratio) < _top(blocks[-2], ratio) * ratio:
            last = blocks.pop()
            blocks[-1] += last
    return [_bottom(block, ratio) * ratio**place for block in blocks for place in range(len(block))]


def _bottom(block: Sequence[float], ratio: float) -> float:
    middle = math.exp(sum(map(math.log, block)) / len(block))
    return float(middle / ratio ** ((len(block) - 1) / 2))


def _top(block: Sequence[float], ratio: float) -> float:
    return float(_bottom(block, ratio) * ratio ** (len(block) - 1))


def _scales(axes: Axes, kind: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.grid(visible=False, axis="x")
    if kind == "latency":
        axes.set_xticks([_spread(percent) for percent in PERCENTS],
                        [f"{percent:g} %" for percent in PERCENTS])  # fmt: skip
        axes.set_xlabel("of all deliveries came at least this fast")
        axes.set_ylabel("milliseconds")
        return
    viewers = sorted({int(x) for points in lines.values() for x, _ in points})
    axes.set_xticks(viewers, [f"{each:,}" for each in viewers])
    axes.set_xlim(left=0)
    axes.set_xlabel("viewers")
    axes.set_ylabel("microseconds" if kind == "cost" else "KiB")


def _about(kind: str, figures: Mapping[str, Any]) -> str:
    if kind == "latency":
        return (
            f"{figures['viewers']:,} viewers, one event of 300 bytes at a time;"
            " Vetrina's is on the disk before anybody gets it"
        )
    if kind == "cost":
        return "one event of 300 bytes at a time, one core; without what asking for it costs"
    return "nothing is compressed; what the kernel keeps for a socket is not in it"


def _captions(axes: Axes, title: str, about: str, machine: str, colours: Mapping[str, str]) -> None:
    figure = axes.figure
    figure.subplots_adjust(left=0.085, right=0.735, top=0.845, bottom=0.185)
    figure.text(0.022, 0.942, title, fontsize=14, fontweight=600, va="center")
    figure.text(0.022, 0.89, about, fontsize=10.5, color=colours["ink-soft"], va="center")
    figure.text(0.022, 0.03, machine, fontsize=8, color=colours["ink-soft"], va="center")
