import base64
import gzip
import hashlib
import json
from pathlib import Path

import brotli
import pytest

from vetrina.web.assets.locations import OVERLAYS_DIR, STATIC_DIR
from vetrina.web.assets.registry import MEDIA_TYPES, Assets, minified, policy_hash


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "js/client/session.js": "export const a = 1;\n" * 50,
        "js/pages/viewer.mjs": 'import "../client/session.js";',
        "css/viewer.css": 'body { background: url("../icon.svg") }',
        "icon.svg": "<svg/>",
        ".hidden.js": "no",
        ".git/config.js": "no",
        "notes.py": "no",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_a_hashed_name_changes_with_the_content(folder):
    before = Assets({"/static": folder})
    url = before.url("js/client/session.js")
    assert url.startswith("/static/js/client/session.")
    assert url.endswith(".js")
    (folder / "js/client/session.js").write_text("export const a = 2;")
    after = Assets({"/static": folder})
    assert after.url("js/client/session.js") != url
    assert after.url("js/pages/viewer.mjs") == before.url("js/pages/viewer.mjs")
    assert after.version != before.version


def test_the_version_stays_as_long_as_the_files_do(folder):
    assert Assets({"/static": folder}).version == Assets({"/static": folder}).version


def test_only_known_files_are_taken(folder):
    (folder / "link.js").symlink_to(folder / "icon.svg")
    assets = Assets({"/static": folder})
    for url in ("/static/.hidden.js", "/static/.git/config.js", "/static/notes.py",
                "/static/link.js"):  # fmt: skip
        assert assets.find(url) is None


def test_the_import_map_sends_what_a_script_needs_to_hashed_twins(folder):
    (folder / "js/pages/viewer.mjs").write_text('import { a } from "../client/session.js";\n')
    assets = Assets({"/static": folder})
    assert json.loads(assets.import_map("js/pages/viewer.mjs")) == {
        "imports": {
            "/static/js/pages/viewer.mjs": assets.url("js/pages/viewer.mjs"),
            "/static/js/client/session.js": assets.url("js/client/session.js"),
        }
    }
    assert list(json.loads(assets.import_map("js/client/session.js"))["imports"]) == [
        "/static/js/client/session.js"
    ]
    assert json.loads(assets.import_map(None)) == {"imports": {}}


def test_a_policy_names_an_import_map_by_its_hash():
    digest = hashlib.sha256(b'{"imports":{}}').digest()
    assert policy_hash('{"imports":{}}') == f"'sha256-{base64.b64encode(digest).decode()}'"


def test_no_file_name_can_end_the_script_element(folder):
    (folder / "a<b").mkdir()
    (folder / "a<b/c.js").write_text("")
    text = Assets({"/static": folder}).import_map("/static/a<b/c.js")
    assert "<" not in text
    assert "/static/a<b/c.js" in json.loads(text)["imports"]


def test_pages_load_scripts_without_their_comments(folder):
    source = "/** Words. */\n// More words.\nexport const a = 1;\n"
    (folder / "js/client/session.js").write_text(source)
    assets = Assets({"/static": folder})
    plain, _ = assets.find("/static/js/client/session.js")
    lean, forever = assets.find(assets.url("js/client/session.js"))
    assert plain.body.decode() == source
    assert forever
    assert lean.body.decode() == "export const a=1;"


def test_text_is_compressed_once_and_small_things_are_not(folder):
    assets = Assets({"/static": folder})
    session, _ = assets.find("/static/js/client/session.js")
    assert gzip.decompress(session.encoded["gzip"]) == session.body
    assert brotli.decompress(session.encoded["br"]) == session.body
    assert list(session.encoded) == ["br", "gzip"]
    icon, _ = assets.find("/static/icon.svg")
    assert icon.encoded == {}


def test_a_missing_file_is_noticed_by_the_page_that_names_it(folder):
    with pytest.raises(LookupError, match=r"nope\.css"):
        Assets({"/static": folder}).url("css/nope.css")


def test_the_repository_has_no_file_of_an_unknown_kind():
    """It would be missing in the browser without a word."""
    known = {*MEDIA_TYPES, ".py"}
    for root in (STATIC_DIR, OVERLAYS_DIR):
        for path in root.rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                assert path.suffix in known, path


@pytest.mark.parametrize(
    ("written", "small"),
    [
        ("/** Adds. */\nexport const a = 1; // one\n", "export const a=1;"),
        ("const url = 'https://shop.example/*'; // x\n", "const url='https://shop.example/*';"),
        ("const r = /\\/\\*/g; /* why */ const b = 2;", "const r=/\\/\\*/g;const b=2;"),
        ("const t = `first\n  // kept\n\n  last`;\n", "const t=`first\n  // kept\n\n  last`;"),
        ("let a = b\n++c\n", "let a=b\n++c"),
    ],
    ids=["comments", "address", "pattern", "template", "no semicolon"],
)
def test_a_small_script_says_the_same(written, small):
    assert minified("/static/js/a.js", written.encode()) == small.encode()


def test_a_small_style_sheet_says_the_same():
    written = b"/* x */\np > a {\n  width: calc(100% - 2 * var(--v-gap));\n}\n"
    assert minified("/a.css", written) == b"p>a{width:calc(100% - 2 * var(--v-gap))}"
    assert minified("/a.json", written) == written
