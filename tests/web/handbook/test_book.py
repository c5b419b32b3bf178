import re
from pathlib import Path

import pytest
from PIL import Image

from vetrina.web.handbook.book import Book, program_handbook

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    Image.new("RGB", (40, 30)).save(tmp_path / "images" / "one.png")
    (tmp_path / "sign.svg").write_text('<svg xmlns="x" viewBox="0 0 90 60"></svg>')
    (tmp_path / "deep").mkdir()
    (tmp_path / "README.md").write_text(
        "# All\n\n[a call](api.md)\n\n## Begin\n\n- [The API](api.md)\n- [Deep](deep/README.md)\n"
    )
    (tmp_path / "api.md").write_text("# API\n\n![One](images/one.png) ![Sign](sign.svg)\n")
    (tmp_path / "deep" / "README.md").write_text("# Deep\n\n[up](../api.md#calls) [off](../../x)\n")
    return tmp_path


def test_pages_are_at_their_names_and_a_folder_at_its_front_page(folder):
    book = Book(folder, "/shop")
    assert sorted(book.pages) == ["", "api", "deep"]
    assert book.pages[""].address == "/shop/handbook"
    assert book.pages["deep"].address == "/shop/handbook/deep"


def test_links_between_pages_lead_to_pages(folder):
    html = Book(folder, "/shop").pages["deep"].html
    assert '<a href="/shop/handbook/api#calls">up</a> off' in html


def test_pictures_have_addresses_that_never_change_and_their_size(folder):
    book = Book(folder, "/shop")
    html = book.pages["api"].html
    assert re.search(r'src="/shop/handbook/images/one\.\w{10}\.png" width="40" height="30"', html)
    assert re.search(r'src="/shop/handbook/sign\.\w{10}\.svg" width="90" height="60"', html)
    (url,) = re.findall(r'src="/shop(/handbook/images/one[^"]+)"', html)
    found = book.files.find(url)
    assert found is not None
    assert found[1]


def test_the_contents_are_the_lists_of_the_front_page(folder):
    (chapter,) = Book(folder, "").contents
    assert chapter.title == "Begin"
    assert chapter.pages == (("The API", "/handbook/api"), ("Deep", "/handbook/deep"))


def test_without_its_folder_there_is_no_handbook(tmp_path):
    book = Book(tmp_path / "none")
    assert (dict(book.pages), book.contents) == ({}, ())


def test_every_page_of_the_handbook_is_reached_from_its_front_page():
    book = program_handbook("")
    reached = {"/handbook"}
    waiting = ["/handbook"]
    by_address = {page.address: page for page in book.pages.values()}
    while waiting:
        page = by_address[waiting.pop()]
        linked = {to.partition("#")[0] for section in page.sections for _, to in section.links}
        new = (linked & by_address.keys()) - reached
        reached |= new
        waiting += new
    assert reached == by_address.keys()


def test_links_within_the_handbook_lead_to_headings():
    book = program_handbook("")
    ids = {
        page.address: set(re.findall(r' id="([^"]+)"', page.html)) for page in book.pages.values()
    }
    for page in book.pages.values():
        for section in page.sections:
            for _, to in section.links:
                path, _, anchor = to.partition("#")
                here = path or page.address
                assert not anchor or here not in ids or anchor in ids[here], f"{page.address}: {to}"


def test_every_picture_of_the_documents_is_shown():
    shown = "".join(page.html for page in program_handbook("").pages.values())
    for source in (ROOT / "docs").rglob("*.md"):
        for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", source.read_text(encoding="utf-8")):
            assert f"/{Path(name).stem}." in shown, f"{source.name}: {name}"
