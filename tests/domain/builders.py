"""Small shows and products for tests."""

from __future__ import annotations

from dataclasses import replace

from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.variant import Variant, summary
from vetrina.domain.errors import DomainError
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import rules
from vetrina.domain.show.events import Event, ShowStarted
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.state import ShowState, evolve

NOW = 1_763_690_000_000
LIMITS = Limits()


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def product(sku: str = "MUG-1", price: int = 2490, **more: object) -> Product:
    return replace(Product(sku=sku, title=f"Title of {sku}", price=eur(price)), **more)  # type: ignore[arg-type]


def tee(*prices: int, stocks: tuple[int | None, ...] = (3, 5, 0), **more: object) -> Product:
    """A T-shirt in the sizes S, M and L, at one price or one for each."""
    each = prices * 3 if len(prices) == 1 else prices
    variants = tuple(
        Variant(sku=f"TEE-{size}", price=eur(price), values=(size,), stock=stock)
        for size, price, stock in zip("SML", each or (1900, 1900, 2200), stocks, strict=True)
    )
    price, price_to, prior_price, stock = summary(variants)
    made = Product(
        sku="TEE",
        title="T-shirt",
        price=price,
        price_to=price_to,
        prior_price=prior_price,
        stock=stock,
        options=("Size",),
        variants=variants,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def show(status: str = "live", products: tuple[Product, ...] = (), **more: object) -> ShowState:
    """A show whose bag holds the given products, by default MUG-1, APR-3 and CUP-4."""
    state = ShowState(slug="spring-drop", title="Spring drop", currency="EUR")
    bag = products or (product(), product("APR-3", 3900), product("CUP-4", 3200))
    state, _ = follow(state, cmd.SetBag(bag))
    if status in ("live", "rehearsal"):
        state = evolve(state, ShowStarted(NOW, status))  # type: ignore[arg-type]
    return replace(state, **more)  # type: ignore[arg-type]


def follow(
    state: ShowState, command: cmd.Command, now: int = NOW, limits: Limits = LIMITS
) -> tuple[ShowState, tuple[Event, ...]]:
    """Decide and evolve, after what time alone brings about."""
    due = rules.due(state, now)
    state = apply(state, due)
    facts = rules.decide(state, command, now, limits)
    return apply(state, facts), (*due, *facts)


def apply(state: ShowState, facts: tuple[Event, ...]) -> ShowState:
    for fact in facts:
        state = evolve(state, fact)
    return state


def refusal(state: ShowState, command: cmd.Command, now: int = NOW, limits: Limits = LIMITS) -> str:
    """The code with which a command is refused, or the field that cannot be."""
    try:
        follow(state, command, now, limits)
    except DomainError as error:
        return str(getattr(error, "code", None) or getattr(error, "field", ""))
    return "accepted"
