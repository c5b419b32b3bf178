"""The dashboard and the alerts watch numbers that exist."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from tests.deploy.files import ROOT, text
from vetrina.metrics import Metrics
from vetrina.process.workers.metrics_merge import LABEL
from vetrina.protocol.close_codes import BY_LABEL

ANSWERING = "vetrina_workers_answering"
"""Added where several workers' numbers are put together, as is the label `worker`."""


def labels_of_samples() -> dict[str, set[str]]:
    """Every name that /metrics may show, with its labels. `up` is Prometheus's own."""
    registry = Metrics().registry
    found: dict[str, set[str]] = {"up": set(), ANSWERING: set()}
    found |= {sample.name: set() for family in registry.collect() for sample in family.samples}
    for collector, names in registry._collector_to_names.items():
        own = getattr(collector, "labelnames", ())
        labels = set(getattr(collector, "_labelnames", own))
        found |= {name: labels | {"le"} if name.endswith("_bucket") else labels for name in names}
    return {name: labels for name, labels in found.items() if not name.endswith("_created")}


def check_expression(expression: str) -> None:
    known = labels_of_samples()
    names = set(re.findall(r"\b(vetrina_\w+|process_\w+|up)\b", expression))
    assert names, expression
    assert names <= set(known), expression
    used = set(re.findall(r"(\w+)=~?\"", expression))
    for labels in re.findall(r"\bby \(([\w, ]+)\)", expression):
        used |= set(labels.split(", "))
    allowed = {"job", "instance", LABEL}.union(*(known[name] for name in names))
    assert used <= allowed, expression
    for code in re.findall(r"code=\"(\w+)\"", expression):
        assert code in BY_LABEL, expression


@pytest.mark.parametrize(
    "wrong",
    ["sum(vetrina_viewers)", 'vetrina_rooms{show="a"}', "sum by (role) (vetrina_rooms)",
     'vetrina_closes_total{code="gone"}'],
)  # fmt: skip
def test_a_metric_or_label_that_is_not_there_is_noticed(wrong: str) -> None:
    with pytest.raises(AssertionError):
        check_expression(wrong)


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text("grafana.json"))["panels"]
    return found


def test_every_panel_shows_metrics_that_exist() -> None:
    charts = [panel for panel in panels() if panel["type"] != "row"]
    for panel in charts:
        for target in panel["targets"]:
            check_expression(target["expr"])
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                kept = label in ("instance", LABEL) and "sum" not in target["expr"]
                assert kept or label in target["expr"], panel["title"]
    shown = " ".join(target["expr"] for panel in charts for target in panel["targets"])
    for name in labels_of_samples():
        if name.startswith("vetrina_") and not name.endswith(("_count", "_sum")):
            assert name in shown, f"no panel shows {name}"


def test_variables_of_the_dashboard_exist_and_panels_have_room() -> None:
    board = json.loads(text("grafana.json"))
    variables = {variable["name"] for variable in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", text("grafana.json"))) - {"__rate_interval", "__all"}
    assert used == variables
    ids = [panel["id"] for panel in panels()]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        grid = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not cells & taken, panel["title"]
        assert grid["x"] + grid["w"] <= 24
        taken |= cells


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(text("alerts.yaml"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def test_alerts_watch_metrics_that_exist_and_say_what_to_do() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert len({rule["alert"] for rule in rules()}) == len(rules()) > 0
    for rule in rules():
        check_expression(rule["expr"])
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert f"`{rule['alert']}`" in page
    assert set(re.findall(r"`(Vetrina\w+)`", page)) == {rule["alert"] for rule in rules()}


def test_every_metric_is_explained_with_its_labels() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(vetrina_\w+)` \| ([\w, ]*?) ?\|", page, re.MULTILINE)
    told = {name: set(filter(None, labels.split(", "))) for name, labels in rows}
    endings = ("_bucket", "_sum", "_count")
    samples = labels_of_samples()
    histograms = {name.removesuffix("_bucket") for name in samples if name.endswith("_bucket")}
    real = {
        name: labels
        for name, labels in samples.items()
        if name.startswith("vetrina_")
        and (not name.endswith(endings) or name.removesuffix("_count") not in histograms)
        and not any(name == f"{histogram}{end}" for histogram in histograms for end in endings)
    }
    assert f"`{ANSWERING}`" in page
    del real[ANSWERING]
    families = {name for name in real if f"{name}_total" in real}
    assert told == {name: labels for name, labels in real.items() if name not in families}
    for name in samples:
        if name.startswith("process_"):
            assert f"`{name}`" in page
