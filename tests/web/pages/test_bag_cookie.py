"""The bag in a cookie: read back as it was written, and harmless whatever stands in it."""

import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.selling.buyer_bag import MOST_LINES, BagLine, BuyerBag
from vetrina.web.pages.bag_cookie import fits, read_bag, written

LINES = st.builds(
    BagLine,
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9é -]{0,20}[A-Za-z0-9]", fullmatch=True),
    st.integers(1, 99),
    st.none() | st.integers(0, 10**12),
)
BAGS = st.builds(
    BuyerBag,
    lines=st.lists(LINES, max_size=MOST_LINES, unique_by=lambda line: line.sku).map(tuple),
    voucher=st.none() | st.from_regex(r"[A-Z0-9]{2,32}", fullmatch=True),
    market=st.none() | st.sampled_from(["it", "eu"]),
    show=st.none() | st.sampled_from(["spring", "demo"]),
)  # fmt: skip


def cookie(told):
    return base64.urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")


@given(BAGS)
def test_a_bag_comes_back_as_it_was(bag):
    assert read_bag(written(bag)) == bag


@given(st.text(max_size=200))
def test_any_text_is_a_bag(text):
    assert isinstance(read_bag(text), BuyerBag)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.floats()
        | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner),
    )
)
def test_any_json_is_a_bag_of_what_can_be_read(told):
    bag = read_bag(cookie(told))
    assert all(1 <= line.quantity <= 99 for line in bag.lines)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (["A", 2], BagLine("A", 2)),
        (["A", 2, 1890], BagLine("A", 2, 1890)),
        (["A", 0], None),
        (["A", 10**9], None),
        (["A", 1.5], None),
        (["A", True], None),
        (["", 1], None),
        (["x" * 65, 1], None),
        (["A", 1, -5], None),
        ("A", None),
    ],
)
def test_a_line_is_read_or_left_out(line, read):
    assert read_bag(cookie([line])).lines == ((read,) if read else ())


def test_a_bag_that_a_browser_would_drop_does_not_fit():
    lines = tuple(BagLine("界" * 60 + str(n), 1) for n in range(MOST_LINES))
    assert not fits(BuyerBag(lines=lines))
    assert fits(BuyerBag(lines=lines[:4]))
