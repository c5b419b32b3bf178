"""Metrics merge: several processes' Prometheus texts as one, each sample with its process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LABEL: Final = "worker"


@dataclass(slots=True)
class _Family:
    head: list[str] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)


def merged(texts: Mapping[str, str]) -> str:
    """One text out of each process's own: every family once, every sample with its process."""
    families: dict[str, _Family] = {}
    for process, text in texts.items():
        _add(families, process, text)
    lines = [line for family in families.values() for line in (*family.head, *family.samples)]
    return "".join(f"{line}\n" for line in lines)


def _add(families: dict[str, _Family], process: str, text: str) -> None:
    """A family begins with its HELP. Its head is that of the first process that has it."""
    family, known = _Family(), True
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name = line.split(" ", 3)[2]
            known = name in families
            family = families.setdefault(name, _Family())
        if not line.startswith("#"):
            family.samples.append(_labelled(line, process))
        elif not known:
            family.head.append(line)


def _labelled(sample: str, process: str) -> str:
    """`name 1` and `name{a="b"} 1` with one label more, in front. Names hold no brace or space."""
    label = f'{LABEL}="{process}"'
    name, _, value = sample.partition(" ")
    if "{" not in name:
        return f"{name}{{{label}}} {value}"
    name, _, rest = sample.partition("{")
    return f"{name}{{{label},{rest}"
