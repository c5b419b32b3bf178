"""Headers of WooCommerce's product CSV: they come in the language of the shop's admin pages.

English, German, French, Italian and Spanish; a file in another one can be exported in English.
"""

from __future__ import annotations

from typing import Final

from vetrina.shop.imports.table import folded

ATTRIBUTES: Final = 20

_NAMES: Final = {
    "id": "ID",
    "type": "Type|Typ|Tipo",
    "sku": "SKU|Artikelnummer|UGS|COD|Código de artículo",
    "name": "Name|Nom|Nome|Nombre",
    "published": "Published|Veröffentlicht|Publié|Pubblicato|Publicado",
    "short": "Short description|Kurzbeschreibung|Description courte|Breve descrizione"
    "|Descrizione breve|Descripción corta",
    "description": "Description|Beschreibung|Descrizione|Descripción",
    "sale_from": "Date sale price starts|Datum, an dem Angebotspreis beginnt"
    "|Date de début de promo|Data di inizio del prezzo in offerta"
    "|Día en que empieza el precio rebajado",
    "sale_to": "Date sale price ends|Datum, an dem Angebotspreis endet|Date de fin de promo"
    "|Data di fine del prezzo in offerta|Día en que termina el precio rebajado",
    "in_stock": "In stock?|Vorrätig?|Auf Lager?|En stock ?|In stock?|Disponibile?|¿En inventario?"
    "|¿Existencias?",
    "stock": "Stock|Lager|Bestand|Lagerbestand|Magazzino|Giacenza|Inventario",
    "backorders": "Backorders allowed?|Lieferrückstand erlaubt?"
    "|Autoriser les commandes de produits en rupture ?|Ordini arretrati consentiti?"
    "|¿Permitir reservas de productos agotados?",
    "sale_price": "Sale price|Angebotspreis|Tarif promo|Prezzo in offerta|Precio rebajado",
    "price": "Regular price|Regulärer Preis|Tarif régulier|Prezzo di listino|Precio normal",
    "categories": "Categories|Kategorien|Catégories|Categorie|Categorías",
    "tags": "Tags|Schlagwörter|Étiquettes|Tag|Etiquetas",
    "images": "Images|Bilder|Immagini|Imágenes",
    "parent": "Parent|Übergeordnetes Produkt|Genitore|Superior|Principal",
    "link": "External URL|Externe URL|URL externe|URL esterno|URL externa",
    "brand": "Brands|Brand|Marken|Marques|Marche|Marchi|Marcas",
}
_ATTRIBUTE_NAME: Final = (
    "Attribute {n} name",
    "Attribut {n} Name",
    "Attributname {n}",
    "Nom de l’attribut {n}",
    "Nom de l'attribut {n}",
    "Nome dell'attributo {n}",
    "Nome attributo {n}",
    "Nombre del atributo {n}",
)
_ATTRIBUTE_VALUE: Final = (
    "Attribute {n} value(s)",
    "Attribut {n} Wert(e)",
    "Attributwert(e) {n}",
    "Valeur(s) de l’attribut {n}",
    "Valeur(s) de l'attribut {n}",
    "Valore(i) dell'attributo {n}",
    "Valori attributo {n}",
    "Valor(es) del atributo {n}",
)

KNOWN: Final = {
    **{folded(one): name for name, all_ in _NAMES.items() for one in all_.split("|")},
    **{
        folded(one.format(n=n)): f"attribute{n}_{part}"
        for n in range(1, ATTRIBUTES + 1)
        for part, templates in (("name", _ATTRIBUTE_NAME), ("value", _ATTRIBUTE_VALUE))
        for one in templates
    },
}
NEEDED: Final = frozenset({"type", "name", "price"})
