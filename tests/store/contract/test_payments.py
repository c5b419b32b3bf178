"""What every store promises of payment settings."""

from dataclasses import replace

from tests.store.builders import NOW
from vetrina.store.ports.payments import PaymentSettings

STRIPE = PaymentSettings(
    adapter="stripe",
    mode="embedded",
    key="sk_live_of_the_tests",
    publishable_key="pk_live_of_the_tests",
    connection="con_1",
    changed_at=NOW,
)
LINK = PaymentSettings(adapter="link", changed_at=NOW + 1)


async def test_nobody_has_chosen_at_first(store):
    assert await store.chosen_payments() is None
    assert await store.payments_of("stripe") is None


async def test_the_last_choice_counts_and_the_others_are_kept(store):
    await store.choose_payments(STRIPE)
    assert await store.chosen_payments() == STRIPE
    await store.choose_payments(LINK)
    assert await store.chosen_payments() == LINK
    assert await store.payments_of("stripe") == STRIPE
    changed = replace(STRIPE, mode="hosted", key="sk_live_another")
    await store.choose_payments(changed)
    assert await store.chosen_payments() == changed
    assert await store.payments_of("stripe") == changed
    assert "sk_live" not in repr(changed)
    assert changed.live
