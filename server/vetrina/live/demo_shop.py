"""The demo's shop and its products: a kitchen shop in Faenza."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vetrina.domain.catalogue.entry import CatalogueEntry, Image, UnitPrice
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.markets.market import Market
from vetrina.domain.money import Money
from vetrina.domain.selling.seller import Seller
from vetrina.domain.selling.shop import ShopLink, ShopProfile

CURRENCY: Final = "EUR"
SHOP: Final = ShopProfile(
    handle="giulia",
    name="Bottega Giulia",
    about="Kitchen things from Faenza",
    links=(ShopLink("About this demo", "/"),),
    delivery="€4.90, free from €60",
    returns="14 days",
    eu=True,
    safety=Safety(
        maker="Bottega Giulia",
        address="Via Severoli 4, 48018 Faenza",
        contact="ciao@bottega-giulia.example",
    ),
    seller=Seller(
        "Bottega Giulia di Giulia Rossi",
        "Via Severoli 4, 48018 Faenza, Italy",
        "ciao@bottega-giulia.example",
    ),
    withdrawal="Send it back within 14 days after that. You pay for the parcel.",
    privacy="/handbook/security",
)
MARKETS: Final = (
    Market(
        code="it",
        name="Italy",
        countries=("IT", "SM", "VA"),
        shipping=Money(490, CURRENCY),
        free_from=Money(6000, CURRENCY),
        tax_bps=2200,
    ),
    Market(
        code="eu",
        name="the rest of the EU",
        countries=("AT", "BE", "DE", "ES", "FR", "NL", "PT"),
        shipping=Money(990, CURRENCY),
        free_from=Money(12000, CURRENCY),
        tax_bps=2200,
    ),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One variant of a demo product; `picture` is the name of its file in static/demo."""

    sku: str
    values: tuple[str, ...]
    price: int
    stock: int
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoProduct:
    """A product of the demo shop; `picture` is the name of its file in static/demo.

    `shown`: it is in the demo's show.
    """

    sku: str
    title: str
    price: int
    picture: str
    alt: str
    category: str
    about: str
    prior_price: int | None = None
    stock: int | None = None
    options: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    unit: tuple[int, str] | None = None
    shown: bool = True

    def entry(self, pictures: Mapping[str, str]) -> CatalogueEntry:
        """As the catalogue keeps it; `pictures` are the addresses by file name."""
        urls = dict.fromkeys([self.picture, *(one.picture for one in self.choices if one.picture)])
        alone = Variant(
            sku=self.sku,
            price=Money(self.price, CURRENCY),
            prior_price=None if self.prior_price is None else Money(self.prior_price, CURRENCY),
            stock=self.stock,
        )
        return CatalogueEntry(
            key=self.sku,
            title=self.title,
            options=self.options,
            variants=tuple(_variant(one, pictures) for one in self.choices) or (alone,),
            description=f"<p>{self.about}</p>",
            categories=(self.category,),
            images=tuple(
                Image(pictures[name], self.alt if name == self.picture else "")
                for name in urls
                if name in pictures
            ),
            link=f"/demo/{self.sku}",
            status="active",
            unit_price=UnitPrice(Money(self.unit[0], CURRENCY), self.unit[1])
            if self.unit
            else None,
        )


def _variant(choice: Choice, pictures: Mapping[str, str]) -> Variant:
    return Variant(
        sku=choice.sku,
        values=choice.values,
        price=Money(choice.price, CURRENCY),
        stock=choice.stock,
        image=pictures.get(choice.picture) if choice.picture else None,
    )


PRODUCTS: Final = (
    DemoProduct(
        sku="MUG-1", title="Moka mug, hand-glazed", price=2490, prior_price=2490, stock=46,
        picture="mug.webp", alt="A red mug with white glaze that runs down from its rim",
        category="Cups", about="Thrown and glazed by hand, so no two are alike. 250 ml.",
    ),
    DemoProduct(
        sku="APR-3", title="Linen apron", price=3900,
        picture="apron.webp", alt="An olive apron of washed linen with a deep front pocket",
        category="Linen",
        about="Washed linen from Prato, deep front pocket, ties that go round twice. 80 × 70 cm.",
        options=("Size", "Colour"),
        choices=(
            Choice("APR-3-S-O", ("S", "Olive"), 3900, 6, "apron.webp"),
            Choice("APR-3-M-O", ("M", "Olive"), 3900, 4, "apron.webp"),
            Choice("APR-3-L-O", ("L", "Olive"), 4200, 0, "apron.webp"),
            Choice("APR-3-S-S", ("S", "Sand"), 3900, 9, "apron-sand.webp"),
            Choice("APR-3-M-S", ("M", "Sand"), 3900, 7, "apron-sand.webp"),
            Choice("APR-3-L-S", ("L", "Sand"), 4200, 12, "apron-sand.webp"),
        ),
    ),
    DemoProduct(
        sku="CUP-4", title="Espresso cups, set of 4", price=3200, prior_price=3200, stock=25,
        picture="cups.webp", alt="Four espresso cups in blue, white, yellow and red on a shelf",
        category="Cups", about="Four colours, one glaze. 60 ml each, with saucers.",
    ),
    DemoProduct(
        sku="TT-02", title="Tea towel, striped", price=1200, stock=41,
        picture="towel.webp", alt="A white tea towel with red and green stripes on a rail",
        category="Linen", about="Half linen, half cotton: dries glasses without a trace.",
    ),
    DemoProduct(
        sku="OIL-5", title="Olive oil, first pressing", price=1650, prior_price=1650, stock=30,
        picture="oil.webp", alt="A green bottle of olive oil with a white label",
        category="Pantry", about="Brisighella, harvest of November. 500 ml.",
        unit=(3300, "litre"),
    ),
    DemoProduct(
        sku="POT-6", title="Moka pot for three", price=2950, prior_price=2950, stock=12,
        picture="moka.webp", alt="An aluminium moka pot with a black handle",
        category="Cups", about="Polished aluminium, for gas and electric stoves.",
    ),
    DemoProduct(
        sku="SPN-7", title="Olive wood spoon", price=950,
        picture="spoon.webp", alt="A wooden spoon with a strong grain",
        category="Tools", about="Cut from one piece, oiled by hand.",
        options=("Length",),
        choices=(
            Choice("SPN-7-25", ("25 cm",), 950, 14),
            Choice("SPN-7-30", ("30 cm",), 1150, 8),
            Choice("SPN-7-35", ("35 cm",), 1350, 3),
        ),
        shown=False,
    ),
    DemoProduct(
        sku="BRD-8", title="Chopping board", price=4400, stock=5,
        picture="board.webp", alt="A chopping board of light wood with a hole to hang it by",
        category="Tools", about="Beech, end grain, 40 × 26 cm. Kind to knives.",
        shown=False,
    ),
    DemoProduct(
        sku="JAM-9", title="Fig jam", price=690, stock=60,
        picture="jam.webp", alt="A jar of dark fig jam with a checked cloth over its lid",
        category="Pantry", about="Figs, lemon, a little sugar. 220 g.",
        unit=(3136, "kg"), shown=False,
    ),
    DemoProduct(
        sku="BWL-10", title="Salad bowl, cobalt rim", price=5800, stock=0,
        picture="bowl.webp", alt="A white bowl with a blue rim",
        category="Cups", about="Faenza majolica, 28 cm across.",
        shown=False,
    ),
)  # fmt: skip
