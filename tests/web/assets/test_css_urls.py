from vetrina.web.assets.css_urls import with_hashed_urls
from vetrina.web.assets.registry import hashed_url


def styled(files: dict[str, str]) -> dict[str, str]:
    raw = {url: text.encode() for url, text in files.items()}
    return {url: body.decode() for url, body in with_hashed_urls(raw, hashed_url).items()}


def name_of(url: str, text: str) -> str:
    return hashed_url(url, text.encode()).rpartition("/")[2]


def test_references_get_their_hashes():
    files = {
        "/s/css/a.css": "a{b:url(../f/x.woff2)} c{d:url( '../f/x.woff2' )} e{f:url(\"y.svg#z\")}",
        "/s/f/x.woff2": "font",
        "/s/css/y.svg": "icon",
    }
    font, icon = name_of("/s/f/x.woff2", "font"), name_of("/s/css/y.svg", "icon")
    assert styled(files)["/s/css/a.css"] == (
        f"a{{b:url(../f/{font})}} c{{d:url( '../f/{font}' )}} e{{f:url(\"{icon}#z\")}}"
    )


def test_a_change_deep_below_changes_the_sheet_above():
    files = {"/a.css": '@import "b.css";', "/b.css": "x{y:url(c.svg)}", "/c.svg": "one"}
    one = styled(files)
    two = styled({**files, "/c.svg": "two"})
    assert one["/b.css"] != two["/b.css"]
    assert one["/a.css"] != two["/a.css"]


def test_sheets_in_a_circle_still_come_out():
    told = styled({"/a.css": '@import "b.css";', "/b.css": '@import "a.css";'})
    assert told["/b.css"] == '@import "a.css";'
    assert told["/a.css"].startswith('@import "b.')


def test_what_is_not_ours_stays():
    text = 'a{b:url(data:image/svg+xml,x)} c{d:url("https://x.test/y.png")} e{f:url(gone.svg)}'
    assert styled({"/a.css": text})["/a.css"] == text


def test_other_files_stay():
    assert styled({"/a.js": 'x = "url(b.svg)"', "/b.svg": ""})["/a.js"] == 'x = "url(b.svg)"'
