"""`vetrina catalogue import`: from a file to the catalogue, with and without a running server."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from tests.cli.test_webhook_replay import vetrina
from tests.running_server import make_show, served
from tests.shop.imports.files import GOOGLE_XML, SHOPIFY_OLD, SHOPIFY_ROWS
from tests.sqlite import with_tables
from vetrina.cli import main

FILE = SHOPIFY_OLD + SHOPIFY_ROWS
BAD = "bad,Bad,,,,,,,,,,,,,,free,,,,,,\n"
# A port that no server has.
NOWHERE = "9"


def ran(data: Path, *words: str, text: str | None = None) -> tuple[int, str]:
    arguments = ["catalogue", "import", *words, "--data", str(data), "--port", NOWHERE]
    result = CliRunner().invoke(main, arguments, input=text, env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_a_dry_run_then_the_import_then_nothing_left_to_do(tmp_path):
    data = with_tables(tmp_path / "data")
    file = tmp_path / "products_export.csv"
    file.write_text(FILE + BAD)
    code, told = ran(data, str(file), "--dry-run", "--currency", "EUR")
    assert code == 0
    assert "Shopify's product CSV, UTF-8, comma between cells" in told
    assert "2 products would be new, 0 would be changed, 0 unchanged, 1 problems." in told
    code, told = ran(data, str(file), "--currency", "EUR")
    assert (code, "2 products new" in told, "“free”" in told) == (0, True, True)
    code, told = ran(data, str(file))
    assert (code, "0 products new, 0 changed, 2 unchanged" in told) == (0, True)


def test_it_reads_what_is_piped_in(tmp_path):
    code, told = ran(with_tables(tmp_path), "-", text=GOOGLE_XML)
    assert (code, "2 products new" in told) == (0, True)


def test_what_cannot_be_done_is_said_in_a_line(tmp_path):
    data = with_tables(tmp_path / "data")
    file = tmp_path / "shop.csv"
    file.write_text(FILE)
    assert ran(data, str(file))[0] == 2, "no currency is known yet"
    assert ran(data, str(tmp_path / "none.csv"))[0] == 2
    assert ran(data, str(file), "--decimal", "dot")[0] == 2
    assert ran(data, "http://127.0.0.1:1/feed.xml")[0] == 2, "only public addresses"
    file.write_text("name;price\n")
    code, told = ran(data, str(file))
    assert (code, "the first line is: name;price" in told) == (1, True)
    file.write_text(f"{SHOPIFY_OLD}\n{BAD}")
    assert ran(data, str(file), "--currency", "EUR")[0] == 1, "nothing of it could be used"


def test_a_running_show_follows_and_its_deal_keeps_the_price(tmp_path):
    with served(tmp_path / "data") as server:
        make_show(server, "drop", "live")
        deal = {"type": "start_deal", "sku": "APR-3", "price": {"amount": 2900, "currency": "EUR"}}
        commands = [{"type": "pin_product", "sku": "MUG-1"}, {**deal, "duration_s": 600}]
        server.call("POST", "/api/v1/shows/drop/commands", commands)
        file = tmp_path / "shop.csv"
        file.write_text(
            "Handle,Title,Variant SKU,Variant Price\n"
            "mug,Moka mug,MUG-1,22.90\napron,Linen apron,APR-3,25.00\n"
        )
        words = ("import", str(file), "--overwrite")
        code, told = vetrina(*words, server=server, group="catalogue")
        assert (code, "0 products new, 2 changed" in told) == (0, True), told
        assert "APR-3 has a flash deal in the show drop" in told
        state = server.call("GET", "/api/v1/shows/drop")["state"]
        assert state["pins"][0]["product"]["price"]["amount"] == 2290
        assert state["deals"][0]["price"]["amount"] == 2900
        keys = server.call("GET", "/api/v1/keys?revoked=true")["keys"]
        own = [key for key in keys if key["label"] == "vetrina catalogue import"]
        assert own
        assert all(key["revoked_at"] for key in own)


def test_what_is_exported_is_imported_elsewhere(tmp_path):
    data, elsewhere = with_tables(tmp_path / "data"), with_tables(tmp_path / "elsewhere")
    file = tmp_path / "shop.csv"
    file.write_text(FILE)
    assert ran(data, str(file), "--currency", "EUR")[0] == 0
    kept = tmp_path / "catalogue.json"
    result = CliRunner().invoke(main, ["catalogue", "export", str(kept), "--data", str(data)])
    assert (result.exit_code, "4 products written" in result.output) == (0, True), result.output
    code, told = ran(elsewhere, str(kept))
    assert (code, "4 products new" in told, "0 problems" in told) == (0, True, True)
    code, told = ran(data, str(kept))
    assert (code, "4 unchanged" in told) == (0, True)
    nowhere = str(tmp_path / "none" / "catalogue.json")
    result = CliRunner().invoke(main, ["catalogue", "export", nowhere, "--data", str(data)])
    assert (result.exit_code, "cannot be written" in result.output) == (2, True)
