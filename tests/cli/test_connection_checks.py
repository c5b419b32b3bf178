"""What the doctor says of each connection: what is wrong, and what to do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vetrina.cli import main
from vetrina.cli.connection_checks import REFUSALS, Finding, about_connection
from vetrina.cli.installation import opened_store
from vetrina.connectors.port import Reason
from vetrina.settings import Settings
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.polls import Poll

NOW = 1_763_690_000_000
SHOP = Connection(
    id="con_1", kind="stripe", show=None, secrets=("whsec_1",), created_at=1,
    last_delivery_at=NOW, last_verified_at=NOW,
)  # fmt: skip
WOO = replace(SHOP, kind="woocommerce")
POLL = Poll(
    connection="con_1", address="https://shop.example", key="ck_hidden", secret="cs_hidden",
    since=NOW, last_poll_at=NOW, last_success_at=NOW, found=3,
)  # fmt: skip


def told(connection: Connection, poll: Poll | None = None) -> list[Finding]:
    return list(about_connection(connection, poll))


def one(findings: list[Finding], level: str) -> str:
    [text] = [finding.text for finding in findings if finding.level == level]
    return text


def test_a_connection_in_order() -> None:
    [finding] = told(SHOP)
    assert finding.level == "fine"
    assert finding.text.endswith("the last one 2025-11-21 01:53 UTC.")


@pytest.mark.parametrize("reason", [Reason.WRONG_SECRET, Reason.TOO_OLD, Reason.NO_SIGNATURE])
def test_a_refused_delivery_is_told_in_words_with_advice(reason: Reason) -> None:
    refused = replace(
        SHOP, last_refused_at=NOW + 1, last_refusal=reason, last_refusal_detail="header X-Y"
    )
    text = one(told(refused), "wrong")
    what, advice = REFUSALS[reason]
    assert what in text and advice in text and "header X-Y" in text
    assert reason not in text


@pytest.mark.parametrize(
    ("reason", "advice"),
    [(Reason.NOT_UNDERSTOOD, "webhook replay --unread"), (Reason.MAY_NOT_READ, "administrator")],
)
def test_what_was_signed_and_needs_a_hand(reason: Reason, advice: str) -> None:
    sent = replace(SHOP, last_refused_at=NOW, last_refusal=reason)
    assert advice in one(told(sent), "notice")


def test_without_a_secret() -> None:
    assert "no secret yet" in one(told(replace(SHOP, secrets=())), "wrong")


def test_test_mode_is_no_mistake_and_must_not_be_overlooked() -> None:
    testing = replace(SHOP, last_refused_at=NOW, last_refusal=Reason.TEST_MODE)
    assert "live mode before the show" in one(told(testing), "notice")


def test_before_the_first_delivery() -> None:
    fresh = replace(SHOP, last_delivery_at=None, last_verified_at=None)
    assert "no delivery yet" in one(told(fresh), "notice")


def test_a_secret_that_is_being_changed() -> None:
    text = one(told(replace(SHOP, secrets=("whsec_2", "whsec_1"))), "notice")
    assert "takes 2 secrets" in text
    assert "whsec_" not in text


def test_woocommerce_without_a_key_loses_orders() -> None:
    assert "delivers nothing twice" in one(told(WOO), "notice")


def test_polls_in_order() -> None:
    levels = [finding.level for finding in told(WOO, POLL)]
    assert levels == ["fine", "fine"]
    assert "3 orders had come by no delivery" in told(WOO, POLL)[1].text


def test_a_refused_key() -> None:
    why = "the key is refused (401): is it still good, and may it read?"
    refused = replace(POLL, last_failed_at=NOW + 1, last_failure=why)
    text = one(told(WOO, refused), "wrong")
    assert "Make a new key" in text
    assert "since 2025-11-21 01:53 UTC" in text
    assert "hidden" not in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last_success_at": None, "last_poll_at": None}, "has not asked"),
        ({"last_failed_at": NOW, "last_failure": "one order was not understood"}, "not understood"),
        ({"page": "7"}, "is catching up"),
    ],
)
def test_polls_that_want_a_look(change: dict[str, object], words: str) -> None:
    assert words in one(told(WOO, replace(POLL, **change)), "notice")  # type: ignore[arg-type]


def test_a_webhook_that_woocommerce_switched_off() -> None:
    text = one(told(WOO, replace(POLL, last_found_at=NOW + 1)), "notice")
    assert "no delivery since 2025-11-21 01:53 UTC" in text
    assert "set it to Active again" in text
    never = replace(WOO, last_verified_at=None, last_delivery_at=None)
    texts = [finding.text for finding in told(never, replace(POLL, last_found_at=NOW))]
    assert any("no delivery so far, though the shop has new orders" in text for text in texts)


async def _written(data: Path) -> None:
    async with opened_store(Settings(data=data)) as store:
        await store.add_connection(replace(WOO, last_verified_at=None, last_delivery_at=None))
        why = "the key is refused (403): is it still good, and may it read?"
        await store.put_poll(replace(POLL, last_failed_at=NOW + 1, last_failure=why))


async def test_the_doctor_reads_it_from_the_store(tmp_path: Path) -> None:
    await _written(tmp_path / "data")
    asked = ["doctor", "--data", str(tmp_path / "data")]
    result = await asyncio.to_thread(CliRunner().invoke, main, asked, env={"COLUMNS": "1000"})
    assert result.exit_code == 1
    assert "key is refused (403)" in result.output
    assert "hidden" not in result.output
