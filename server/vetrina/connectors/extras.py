"""What shops sell beside goods: tips, donations, fees, insurance of a parcel, gift wrap.

Told by its name in the languages of the catalogue. A product that the seller has here under the
same SKU is goods all the same; whoever settles the order knows that.
"""

from __future__ import annotations

import re
import unicodedata

_ALONE = (
    *("tip", "tips", "tip jar", "gratuity", "donation", "donate", "add a donation"),
    *("mancia", "donazione", "offerta libera", "trinkgeld", "spende", "propina", "donacion"),
    *("donativo", "pourboire", "don", "gorjeta", "fooi", "donatie"),
)
_WITHIN = (
    r"(?:shipping|package|parcel|delivery|order|route) (?:protection|insurance)",
    r"(?:handling|service|processing|booking|payment|packaging|small order|cod) fee",
    r"gift[ -]?wrap(?:ping)?",
    r"confezione regalo|pacchetto regalo|spese di (?:gestione|incasso)|supplemento contrassegno",
    r"geschenkverpackung|versandversicherung|bearbeitungsgebuhr|servicegebuhr",
    r"envoltorio (?:de|para) regalo|papel de regalo|seguro de envio|gastos de gestion",
    r"(?:emballage|paquet|papier) cadeau|assurance (?:colis|livraison)",
    r"frais de (?:gestion|dossier)",
    r"(?:donation|spende|donazione|don|donacion|donativo) (?:to|for|an|fur|a|per|pour|para)\b.*",
)
_EXTRA = re.compile(rf"(?:{'|'.join(_ALONE)})|.*\b(?:{'|'.join(_WITHIN)})\b.*")


def is_extra(title: str | None) -> bool:
    """Whether a line is no goods, by its name."""
    return title is not None and _EXTRA.fullmatch(_plain(title)) is not None


def _plain(text: str) -> str:
    """Without accents, capitals and what stands around the words."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(char for char in letters if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w -]", " ", kept).split())
