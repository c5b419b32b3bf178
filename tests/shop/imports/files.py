"""Files as shops export them, made after the documented formats."""

from __future__ import annotations

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.shop.imports.findings import Found, RowProblem
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.reading import Format, read_file

NOW_MS = 1_795_860_000_000  # 2026-11-28
OPTIONS = ReadingOptions(currency="EUR", now_ms=NOW_MS)

SHOPIFY_OLD = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,"
    "Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Image Position,"
    "Image Alt Text,Variant Image,Status"
)
SHOPIFY_NEW = (
    "URL handle,Title,Description,Vendor,Type,Tags,Published on online store,Option1 name,"
    "Option1 value,Option2 name,Option2 value,SKU,Inventory tracker,Inventory quantity,"
    "Continue selling when out of stock,Price,Compare-at price,Product image URL,Image position,"
    "Image alt text,Variant image URL,Status"
)
SHOPIFY_ROWS = """
linen-shirt,Linen shirt,"<p>Woven in <b>Prato</b></p>",Rossi,Shirts,"linen, summer",TRUE,Size,S,\
Fit,Slim,SHIRT-S,shopify,3,deny,49.90,59.90,https://cdn.example/front.jpg,2,From the front,\
https://cdn.example/slim.jpg,active
linen-shirt,,,,,,,,M,,Slim,SHIRT-M,shopify,0,DENY,49.90,,https://cdn.example/back.jpg,1,,,
linen-shirt,,,,,,,,L,,Wide,SHIRT-L,shopify,2,continue,52.00,,,,,,
linen-shirt,,,,,,,,,,,,,,,,,https://cdn.example/detail.jpg,3,The collar,,
mug,Fish &amp; Chips mug,Plain <i>white</i>,,,,,Title,Default Title,,,,,0,deny,8.50,,,,,,
"""

WOO_GERMAN = """\
ID;Typ;Artikelnummer;Name;Veröffentlicht;Beschreibung;Auf Lager?;Lager;Lieferrückstand erlaubt?;\
Angebotspreis;Regulärer Preis;Kategorien;Bilder;Übergeordnetes Produkt;Attribut 1 Name;\
Attribut 1 Wert(e)
45;variation;tee-rot;Tee;1;;1;;0;;19,90;;https://cdn.example/rot.jpg;id:44;Farbe;Rot
44;variable;tee;Tee;1;Schön\\nweich;1;;0;;;Kleidung, Kleidung > Hemden;\
https://cdn.example/a.jpg, https://cdn.example/b.jpg;;Farbe;Rot, Blau, Grün
46;variation;;Tee;1;;1;;0;;21,50;;;tee;Farbe;
50;simple, virtual;becher;Becher;1;;1;5;0;9,90;12,90;;;;;
51;simple;leer;Leer;1;;0;5;0;;1.234,50;;;;;
"""

GOOGLE_XML = """\
<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
<item><g:id>T-S</g:id><title>Tee</title><description><![CDATA[Soft & light]]></description>
  <link>https://shop.example/tee</link><g:image_link>https://cdn.example/t.jpg</g:image_link>
  <g:availability>in stock</g:availability><g:price>1,234.50 EUR</g:price>
  <g:item_group_id>T</g:item_group_id><g:size>S</g:size><g:color>Red</g:color></item>
<item><g:id>T-M</g:id><g:title>Tee</g:title><g:availability>out_of_stock</g:availability>
  <g:price>EUR 19.90</g:price><g:item_group_id>T</g:item_group_id><g:size>M</g:size>
  <g:color>Red</g:color></item>
<item><g:id>K</g:id><title>Kettle</title><g:price>4999 JPY</g:price></item>
</channel></rss>
"""


def read(
    text: str | bytes, options: ReadingOptions = OPTIONS, wanted: Format = "auto"
) -> tuple[list[CatalogueEntry], list[RowProblem]]:
    """Products and problems of a file."""
    raw = text.encode() if isinstance(text, str) else text
    found = list(read_file(raw, options, wanted).findings)
    entries = [one.entry for one in found if isinstance(one, Found)]
    return entries, [one for one in found if isinstance(one, RowProblem)]
