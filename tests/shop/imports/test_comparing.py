"""What an import would change."""

from __future__ import annotations

from dataclasses import replace

from vetrina.domain.catalogue.entry import CatalogueEntry, entry_of
from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.shop.imports.comparing import ApplyOptions, Change, compared

MUG = entry_of(
    Product(sku="MUG", title="Mug", price=Money(890, "EUR"), stock=4, link="https://a.example/")
)
PLAIN = ApplyOptions()


def with_variant(entry: CatalogueEntry, **changes) -> CatalogueEntry:
    return replace(entry, variants=(replace(entry.variants[0], **changes),))


def change(new, now, before, options=PLAIN) -> Change:
    known = {now.sku: now} if now else {}
    imported = {before.sku: before} if before else {}
    (found,) = compared([new], known, imported, options)
    return found


def test_what_is_not_there_is_new_with_its_stock():
    assert change(MUG, None, None) == Change(MUG, "created")


def test_the_same_file_again_changes_nothing():
    assert change(MUG, MUG, MUG) == Change(MUG, "unchanged")


def test_what_nobody_edited_follows_the_file():
    dearer = with_variant(MUG, price=Money(990, "EUR"))
    assert change(dearer, MUG, MUG) == Change(dearer, "changed")


def test_an_edit_by_hand_stays_unless_it_is_to_be_overwritten():
    edited = replace(MUG, title="The big mug")
    new = replace(with_variant(MUG, price=Money(990, "EUR")), title="Mug, white")
    kept = with_variant(edited, price=new.variants[0].price)
    assert change(new, edited, MUG) == Change(kept, "changed", ("title",))
    assert change(new, edited, MUG, ApplyOptions(overwrite=True)) == Change(new, "changed")


def test_what_was_typed_in_before_the_first_import_is_an_edit_too():
    assert change(replace(MUG, title="Cup"), MUG, None) == Change(MUG, "unchanged", ("title",))


def test_the_stock_of_what_is_known_is_left_alone_unless_asked():
    fewer = with_variant(MUG, stock=1)
    assert change(fewer, MUG, MUG) == Change(MUG, "unchanged")
    assert change(fewer, MUG, MUG, ApplyOptions(stock=True)) == Change(fewer, "changed")


def test_a_blank_leaves_what_is_there_and_a_value_fills_a_blank():
    bare = replace(MUG, link=None)
    assert change(bare, MUG, MUG) == Change(MUG, "unchanged")
    assert change(MUG, bare, None) == Change(MUG, "changed")


def test_an_earlier_price_goes_with_its_currency():
    declared = with_variant(MUG, prior_price=Money(1090, "EUR"))
    dearer = with_variant(MUG, price=Money(990, "EUR"))
    assert change(dearer, declared, MUG).entry.variants[0].prior_price == Money(1090, "EUR")
    dollars = with_variant(MUG, price=Money(990, "USD"))
    assert change(dollars, declared, MUG).entry.variants[0].prior_price is None
