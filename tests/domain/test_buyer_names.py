"""What is shown of a buyer's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.buyer_names import (
    NAME_GRAPHEMES,
    NameMode,
    NamePolicy,
    decent_name,
    named,
)
from vetrina.domain.graphemes import graphemes
from vetrina.domain.selling.order import Buyer, Order, OrderLine

BUYER = Buyer("Zoë", "Queen of mugs")


def order(buyer: Buyer | None, name: str | None = None) -> Order:
    return Order(purchase="p1", lines=(OrderLine("A", 1),), occurred_at=1, name=name, buyer=buyer)


@pytest.mark.parametrize(
    ("mode", "shown"),
    [("anonymous", None), ("initial", "Z."), ("first_name", "Zoë"), ("nickname", "Queen of mugs")],
)
def test_the_modes(mode: NameMode, shown: str | None) -> None:
    made = named(order(BUYER), NamePolicy(mode))
    assert (made.name, made.buyer) == (shown, None)
    assert named(order(None), NamePolicy(mode)).name is None
    assert named(order(Buyer()), NamePolicy(mode)).name is None


def test_what_the_sellers_own_code_says_is_shown_in_every_mode() -> None:
    assert named(order(None, "Giulia"), NamePolicy("anonymous")).name == "Giulia"
    assert named(order(None, "Giulia"), NamePolicy(blocked=("giul",))).name is None


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("añb", 3),
        ("an\u0303b", 3),
        ("👩‍👩‍👧‍👦!", 2),
        ("🇮🇹🇫🇷", 2),
        ("🇮🇹🇫", 2),
        ("👍🏽👍", 2),
        ("🏴\U000e0067\U000e0062\U000e007fx", 2),
        ("\u1112\u1161\u11ab\u1100", 2),
        ("नि", 1),
        ("❤️", 1),
        ("", 0),
    ],
)
def test_what_a_reader_takes_for_one_character(text: str, clusters: int) -> None:
    found = list(graphemes(text))
    assert len(found) == clusters
    assert "".join(found) == text


def test_a_long_name_ends_between_two_characters() -> None:
    family = "👩‍👩‍👧"
    assert decent_name("a" * 19 + family + "b") == "a" * 19 + family
    assert decent_name("a" * 20 + family) == "a" * 20


@pytest.mark.parametrize(
    "name",
    [
        "a@b.example", "see https://x", "www.shop", "shop.com", "bit.ly/x", "call 0391234567",
        "a\u202eb", "\u200d", "...", "a" + "\u0301" * 5, "F.u c-k", "sh1t", "ŞHİT", "The Admin",
        "Official Shop", "a\x00",
    ],
)  # fmt: skip
def test_what_is_no_name(name: str) -> None:
    assert decent_name(name) is None


@pytest.mark.parametrize("name", ["Ann-Marie", "O'Neil", "J. R.", "محمد", "李小龍", "Zoë 🌻", "R2"])
def test_what_is_a_name(name: str) -> None:
    assert decent_name(f"  {name} ") == name


@given(st.text(max_size=60))
def test_no_text_gives_more_than_twenty_characters(text: str) -> None:
    shown = decent_name(text)
    assert shown is None or 1 <= len(list(graphemes(shown))) <= NAME_GRAPHEMES
    assert decent_name(shown) in (shown, None)
