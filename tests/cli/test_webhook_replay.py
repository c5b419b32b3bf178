"""`vetrina webhook`: documented deliveries on this machine, and through a running server."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from tests import running_server
from tests.running_server import Served, make_show, served
from vetrina.cli.webhook_replay import renewed
from vetrina.connectors import CONNECTORS
from vetrina.connectors.samples import FIXTURES, samples

SECRETS = {
    "shopify": "hush" * 8,
    "stripe": "whsec_of_the_tests",
    "fourthwall": "e3f9" * 8,
    "tiktok": "x" * 40,
}


def vetrina(*words: str, server: Served | None = None, group: str = "webhook") -> tuple[int, str]:
    """The exit code and all that was said."""
    where = ["--port", str(server.port), "--data", str(server.data)] if server else []
    return running_server.vetrina(group, *words, *where)


def stored(kind: str, name: str) -> str:
    return str(FIXTURES / kind / f"{name}.json")


def connect(server: Served, kind: str, show: str | None = None) -> str:
    body = {"kind": kind, "show": show}
    if kind in SECRETS:
        body["secret"] = SECRETS[kind]
    if kind == "tiktok":
        body["app_key"] = "68xu5ks"
    return str(server.call("POST", "/api/v1/connections", body)["id"])


def ticker(server: Served, slug: str) -> list[str]:
    state = server.call("GET", f"/api/v1/shows/{slug}")["state"]
    assert all(entry["test"] for entry in state["ticker"])
    return [entry["items"][0]["title"] for entry in state["ticker"]]


def test_the_conformance_check_passes_and_tells_each_shop() -> None:
    code, told = vetrina("check")
    assert code == 0, told
    assert all(kind in told for kind in CONNECTORS)
    assert "paid: read" in vetrina("check", "--all")[1]


def test_a_stored_delivery_goes_the_whole_way_in_a_rehearsal(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        make_show(server, "dry", "rehearsal")
        for kind in sorted(CONNECTORS):
            connect(server, kind)
            code, told = vetrina(
                "replay", stored(kind, "paid"), "--kind", kind, "--new", server=server
            )
            assert code == 0, told
            assert ("answered 200" in told) and ("applied" in told or kind == "tiktok")
        assert len(ticker(server, "dry")) == len(CONNECTORS)

        same = ("replay", stored("shopify", "paid"), "--kind", "shopify")
        told = [vetrina(*same, server=server)[1] for _ in range(2)]
        assert "applied" in told[0]
        assert "duplicate" in told[1]

        connect(server, "shopify")
        code, two = vetrina(*same, server=server)
        assert (code, "--connection" in two) == (2, True)


def test_nothing_is_replayed_into_a_show_on_air(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        make_show(server, "drop", "live")
        connect(server, "shopify", "drop")
        same = ("replay", stored("shopify", "paid"), "--kind", "shopify")
        code, told = vetrina(*same, server=server)
        assert (code, "on air" in told) == (2, True)
        assert ticker(server, "drop") == []


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("replay", "nowhere.json", "--kind", "shopify"), "cannot be read"),
        (("replay", stored("shopify", "paid"), "--kind", "ebay"), "--kind"),
        (("replay", stored("shopify", "paid"), "--kind", "shopify"), "make one"),
        (("replay", __file__, "--kind", "shopify"), "not JSON"),
    ],
)
def test_what_cannot_be_replayed(tmp_path: Path, words: tuple[str, ...], hint: str) -> None:
    code, told = vetrina(*words, "--data", str(tmp_path))
    assert (code, hint in told) == (2, True), told


@pytest.mark.parametrize("kind", sorted(CONNECTORS))
def test_a_renewed_order_is_another_order_of_now(kind: str) -> None:
    [paid] = [sample for sample in samples(kind) if sample.name == "paid"]
    now_ms = 1_800_000_000_000
    old = CONNECTORS[kind].read(paid.headers, paid.body, str).reports[0]
    new = CONNECTORS[kind].read(paid.headers, renewed(paid, now_ms).body, str).reports[0]
    assert new.purchase != old.purchase
    assert new.occurred_at == now_ms


def test_what_could_not_be_read_is_sent_again(tmp_path: Path) -> None:
    """The server keeps what this version cannot read either; a newer one lets go of it."""
    with served(tmp_path / "data") as server:
        make_show(server, "dry", "rehearsal")
        connection = connect(server, "shopify")
        assert vetrina("replay", "--unread", server=server) == (0, "Nothing waits to be read.\n")
        body = b'{"id": null}'
        signed = CONNECTORS["shopify"].sign({}, body, "hush" * 8, 0)
        url = f"http://127.0.0.1:{server.port}/webhooks/{connection}"
        request = urllib.request.Request(url, body, signed, method="POST")
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            assert json.loads(answer.read())["outcome"] == "unread"
        for _ in range(2):
            code, told = vetrina("replay", "--unread", server=server)
            assert (code, '"outcome":"unread"' in told) == (0, True), told
        [listed] = server.call("GET", "/api/v1/connections")["connections"]
        assert listed["unread"] == 1
        code, told = vetrina("replay", server=server)
        assert (code, "--unread" in told) == (2, True)
