"""A result as Markdown tables and pictures.

    python -m loadtests.report [RESULT.json] [--publish]

Without a name it takes the newest of loadtests/results. `--publish` puts the tables between the
marks of docs/performance.md and the pictures into docs/images; otherwise the tables are printed and
the pictures stand beside the result.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadtests.capacity import Assumptions, costs_of, table, words
from loadtests.results_file import newest
from loadtests.targets import BASELINES

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs/performance.md"
IMAGES: Final = ROOT / "docs/images"
NAMES: Final = {"vetrina": "Vetrina", **BASELINES}
PICTURES: Final = {
    "latency": "How long an event takes to a viewer, by percentile, for each server",
    "cost": "Processor time for each delivery against the number of viewers, for each server",
    "memory": "Memory for each viewer against the number of viewers, for each server",
}


def tables(result: Mapping[str, Any]) -> str:
    """The whole text."""
    scenarios = result["scenarios"]
    parts = [f"Measured on {result['machine']}."]
    compared = scenarios.get("compare") or scenarios.get("fanout") or scenarios.get("burst")
    if compared is not None:
        parts += ["### Beside others", "\n".join(_compared(compared["figures"]))]
        parts += [f"Not run: {line}." for line in _not_run(compared["figures"])]
    parts += ["### Promises", "\n".join(_promises(scenarios))]
    parts += ["### The rest", "\n".join(_rest(scenarios))]
    return "\n\n".join(parts) + "\n"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _compared(figures: Mapping[str, Any]) -> Iterator[str]:
    """One line for each server, the cheapest first."""
    viewers = figures["viewers"]
    yield _row(
        f"{viewers:,} viewers, one core", "µs a delivery", "× floor", "20 events in 50 ms: × floor",
        "first to last viewer", "KiB a viewer", "µs a new viewer",
    )  # fmt: skip
    yield _row(*["---"] + ["---:"] * 6)
    ran = [(name, told) for name, told in figures["targets"].items() if "one" in told]
    for name, told in sorted(ran, key=lambda pair: pair[1]["one"]["us"]):
        one = told["one"]
        title = f"**{NAMES[name]}**" if name == "vetrina" else NAMES[name]
        if one.get("viewers", viewers) != viewers:
            title += f", at {one['viewers']:,}: more would take minutes"
        yield _row(
            title,
            f"{one['us']:.2f}",
            f"{told['ratio']:.2f}" if "ratio" in told else "",
            _burst(told),
            f"{one['first_to_last_ms']:.1f} ms",
            f"{one['kib_per_viewer']:.1f}",
            f"{told['join']['us']:.0f}" if told["join"] else "",
        )


def _burst(told: Mapping[str, Any]) -> str:
    if "burst_ratio" in told:
        return f"{told['burst_ratio']:.3f}"
    return "too long" if told.get("burst_too_long") else ""


def _not_run(figures: Mapping[str, Any]) -> list[str]:
    return [
        f"{NAMES[name]} ({told['not_run']})"
        for name, told in figures["targets"].items()
        if "not_run" in told
    ]


def _promises(scenarios: Mapping[str, Any]) -> Iterator[str]:
    yield _row("scenario", "what", "measured", "wanted", "")
    yield _row("---", "---", "---:", "---:", "---")
    for name, told in scenarios.items():
        for promise in told["promises"]:
            unit = f" {promise['unit']}" if promise["unit"] else ""
            rule = "" if promise["rule"] == "exactly" else f"{promise['rule']} "
            wanted = f"{rule}{promise['limit']:,g}{unit}"
            kept = "kept" if promise["kept"] else "**missed**"
            yield _row(
                f"`{name}`", promise["what"], f"{promise['measured']:,g}{unit}", wanted, kept
            )
        if told.get("note"):
            yield _row(f"`{name}`", told["note"], "", "", "")
        if "machine" in told:
            yield _row(f"`{name}`", f"measured on {told['machine']}", "", "", "")


LINES: Final[Sequence[tuple[str, str, str]]] = (
    ("pin", "pin asked for until the last of {viewers:,} viewers has it, median",
     "{asked_to_last_ms:.1f} ms"),
    ("join_storm", "new viewers let in, each second", "{per_second:,.0f}"),
    ("join_storm", "a new viewer's wait for the snapshot, p50 and p99",
     "{snapshot_ms[p50]:.1f} and {snapshot_ms[p99]:.1f} ms"),
    ("join_storm", "CPU for a viewer who comes back and resumes", "{returning[us]:.0f} µs"),
    ("memory", "idle server", "{base_mib:.0f} MiB"),
    ("memory", "CPU for a watching viewer, each second", "{idle_us_per_viewer_second:.1f} µs"),
    ("taps", "CPU for a tap", "{us_per_tap:.0f} µs"),
    ("taps", "a tap's answer, p50 and p99", "{ack_ms[p50]:.1f} and {ack_ms[p99]:.1f} ms"),
    ("slow", "a fast viewer's wait beside a slow one, p50 and p99",
     "{fast_latency_ms[p50]:.1f} and {fast_latency_ms[p99]:.1f} ms"),
    ("slow", "the same without the slow one",
     "{without_the_slow_ms[p50]:.1f} and {without_the_slow_ms[p99]:.1f} ms"),
    ("jitter", "{cuts:,} cut lines of {viewers:,} viewers: replay, p50, p95, p99",
     "{replay_ms[p50]:.1f}, {replay_ms[p95]:.1f}, {replay_ms[p99]:.1f} ms"),
    ("avalanche", "restart under {viewers:,} viewers: from the signal until all are back",
     "{from_signal_to_all_back_s:.1f} s"),
    ("avalanche", "a viewer's time without the server, p50 and longest",
     "{offline_ms[p50]:,.0f} and {offline_ms[max]:,.0f} ms"),
    ("workers", "a delivery by one process, and by two workers",
     "{one[us]:.2f} and {two[us]:.2f} µs"),
    ("workers", "the busier process with {one[viewers]:,} viewers: alone, and as one of two",
     "{one[busiest_ms]:.1f} and {two[busiest_ms]:.1f} ms"),
    ("workers", "first to last viewer: one process, and two workers",
     "{one[first_to_last_ms]:.1f} and {two[first_to_last_ms]:.1f} ms"),
    ("hop", "asked until heard, {rate:.0f} a second, one process: p50 and p99",
     "{alone_ms[p50]:.1f} and {alone_ms[p99]:.1f} ms"),
    ("hop", "the same at the other one of two processes",
     "{there_ms[p50]:.1f} and {there_ms[p99]:.1f} ms"),
    ("hop", "how much later than at the first, p50 and p99",
     "{hop_ms[p50]:.2f} and {hop_ms[p99]:.2f} ms"),
    ("together", "purchases a second through two processes, flat out",
     "{flat_out[per_second]:,.0f}"),
    ("together", "a purchase's answer at 1,000 a second, p50 and p99",
     "{steady[median_ms]:.0f} and {steady[p99_ms]:.0f} ms"),
    ("returning", "{viewers:,} back at two processes, after the last one tried",
     "{all_back_s:.1f} s"),
)  # fmt: skip


def _rest(scenarios: Mapping[str, Any]) -> Iterator[str]:
    yield _row("scenario", "what", "measured")
    yield _row("---", "---", "---:")
    for name, what, shape in LINES:
        figures = scenarios.get(name, {}).get("figures")
        if figures:
            yield _row(f"`{name}`", what.format(**figures), shape.format(**figures))


def put(page: str, name: str, text: str) -> str:
    """The page with another text between its marks of that name. Raises SystemExit."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    if begin not in page or end not in page:
        sys.exit(f"The page has lost its marks {begin} and {end}.")
    inside = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return inside.sub(lambda _: f"{begin}\n\n{text.strip()}\n\n{end}", page)


def publish(result: Mapping[str, Any], drawn: Sequence[Path]) -> None:
    """Renew the page: tables, pictures, and the model where all that it needs was measured."""
    pictures = [
        f"![{PICTURES[path.stem.removeprefix('bench-')]}](images/{path.name})" for path in drawn
    ]
    page = put(PAGE.read_text(), "results", "\n\n".join([tables(result), *pictures]))
    try:
        costs, assumed = costs_of(result), Assumptions()
        model = f"{words(costs, assumed)}\n\n" + "\n".join(table(costs, assumed))
        page = put(page, "capacity", model)
    except KeyError as missing:
        print(f"no model: {missing} was not measured", file=sys.stderr)
    PAGE.write_text(page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path, nargs="?")
    parser.add_argument("--publish", action="store_true", help="into docs/")
    options = parser.parse_args()
    where = options.result or newest()
    result = json.loads(where.read_text())
    text = tables(result)
    print(text)
    # Only the pictures need the libraries of the bench extra.
    from loadtests.plots import draw

    folder = IMAGES if options.publish else where.with_suffix("")
    drawn = draw(result, NAMES, folder, "bench-" if options.publish else "")
    for path in drawn:
        print(f"drawn {path}", file=sys.stderr)
    if options.publish:
        publish(result, drawn)


if __name__ == "__main__":
    main()
