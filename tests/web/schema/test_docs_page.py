from html.parser import HTMLParser

from tests.web.conftest import problem
from vetrina.protocol.close_codes import CloseCode
from vetrina.web.http.problem_codes import CODES
from vetrina.web.operations import OPERATIONS


class Read(HTMLParser):
    """Ids, links within the page, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if "id" in named:
            self.ids.append(named["id"])
        if (named.get("href") or "").startswith("#"):
            self.links.add(named["href"][1:])

    def handle_data(self, data):
        self.text += data


async def page(site) -> Read:
    answer = await site.http.get("/docs")
    assert answer.status_code == 200
    return Read(answer.text)


async def test_every_call_is_on_the_page(site):
    read = await page(site)
    for operation in OPERATIONS:
        assert operation.name in read.ids
        assert operation.path in read.text
        assert operation.summary in read.text


async def test_ids_are_unique_and_links_lead_to_them(site):
    read = await page(site)
    assert len(read.ids) == len(set(read.ids))
    assert len(read.links) > 20
    assert read.links <= set(read.ids)


async def test_the_type_of_a_problem_leads_to_its_explanation(site):
    read = await page(site)
    told = problem(await site.http.get("/api/v1/shows/nope"), 404, "unknown_show")
    assert told["type"].removeprefix("/docs#") in read.ids
    for code, about in CODES.items():
        assert f"problem-{code}" in read.ids
        assert about.meaning.replace("`", "") in read.text


async def test_commands_and_close_codes_are_explained(site):
    read = await page(site)
    for word in ("pin_product", "rehearse_purchase", "Put a line of text on every screen"):
        assert word in read.text
    for code in CloseCode:
        assert code.label in read.text
