"""What a scenario reports: figures, and promises that are kept or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Rule = Literal["at most", "at least", "exactly"]


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of what has to hold."""

    what: str
    measured: float
    rule: Rule
    limit: float
    unit: str = ""

    @property
    def kept(self) -> bool:
        """Whether it holds."""
        match self.rule:
            case "at most":
                return self.measured <= self.limit
            case "at least":
                return self.measured >= self.limit
            case "exactly":
                return self.measured == self.limit

    def __str__(self) -> str:
        mark = "kept  " if self.kept else "MISSED"
        unit = f" {self.unit}" if self.unit else ""
        return f"{mark} {self.what}: {self.measured:g}{unit} ({self.rule} {self.limit:g}{unit})"

    def as_json(self) -> dict[str, Any]:
        """For the result file."""
        return {
            "what": self.what,
            "measured": self.measured,
            "rule": self.rule,
            "limit": self.limit,
            "unit": self.unit,
            "kept": self.kept,
        }


@dataclass(slots=True)
class Result:
    """One scenario. `note` names what was left out, and why."""

    scenario: str
    figures: dict[str, Any]
    promises: list[Promise] = field(default_factory=list)
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether every promise is kept."""
        return all(promise.kept for promise in self.promises)

    def as_json(self) -> dict[str, Any]:
        """For the result file."""
        told: dict[str, Any] = {
            "figures": self.figures,
            "promises": [promise.as_json() for promise in self.promises],
        }
        return {**told, "note": self.note} if self.note else told
