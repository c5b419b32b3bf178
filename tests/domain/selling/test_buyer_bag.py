"""What somebody means to buy."""

from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.selling.buyer_bag import MOST_LINES, MOST_PIECES, BagLine, BuyerBag

SKUS = st.sampled_from([f"S-{n}" for n in range(30)])
WISHES = st.lists(
    st.tuples(st.sampled_from(["add", "set"]), SKUS, st.integers(0, 10**9)), max_size=60
)


@given(WISHES)
def test_a_bag_is_never_too_large_and_has_each_sku_once(wishes):
    bag = BuyerBag()
    for kind, sku, quantity in wishes:
        change = bag.with_more if kind == "add" else bag.with_quantity
        bag = change(sku, quantity, 100)
        assert len(bag.lines) <= MOST_LINES
        assert len({line.sku for line in bag.lines}) == len(bag.lines)
        assert all(1 <= line.quantity <= MOST_PIECES for line in bag.lines)
    assert bag.count == sum(line.quantity for line in bag.lines)


def test_more_of_the_same_is_one_line_at_the_price_that_was_seen_last():
    bag = BuyerBag().with_more("A", 1, 1890).with_more("B", 1).with_more("A", 2, 2490)
    assert bag.lines == (BagLine("A", 3, 2490), BagLine("B", 1, None))


def test_no_pieces_take_a_line_out_and_another_sku_stays_out():
    bag = BuyerBag(lines=(BagLine("A", 2), BagLine("B", 1)))
    assert bag.with_quantity("A", 0).lines == (BagLine("B", 1),)
    assert bag.with_quantity("C", 3) == bag
    assert bag.with_more("C", 0) == bag
