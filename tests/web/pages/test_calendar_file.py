"""Calendar files, by the letter of RFC 5545."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import BASE
from vetrina.web.pages.calendar_file import LINE_BYTES, CalendarEntry, calendar_file

ENTRY = CalendarEntry(
    uid="spring-kqwhzbea@vetrina",
    made_at=1_763_690_000_123,
    starts_at=1_763_776_400_000,
    summary="Live show: Lia",
    url="https://shop.example/live/spring",
    sequence=7,
)


def unfolded(file):
    """The lines as a reader joins them (section 3.1)."""
    text = file.decode()
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_an_entry_says_when_what_and_where():
    assert unfolded(calendar_file(ENTRY)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vetrina//Vetrina//EN",
        "BEGIN:VEVENT",
        "UID:spring-kqwhzbea@vetrina",
        "DTSTAMP:20251121T015320Z",
        "DTSTART:20251122T015320Z",
        "DURATION:PT1H",
        "SEQUENCE:7",
        "SUMMARY:Live show: Lia",
        "DESCRIPTION:https://shop.example/live/spring",
        "URL:https://shop.example/live/spring",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Mugs, cups; more", "Mugs\\, cups\\; more"),
        ("C:\\shop", "C:\\\\shop"),
        ("one\nBEGIN:VALARM\r\ntwo", "one BEGIN:VALARM  two"),
    ],
)
def test_a_title_is_text_and_nothing_else(title, written):
    lines = unfolded(calendar_file(replace(ENTRY, summary=title)))
    assert f"SUMMARY:{written}" in lines
    assert len(lines) == 14


@given(st.text(max_size=200))
def test_every_title_fits_lines_that_every_reader_takes(title):
    file = calendar_file(replace(ENTRY, summary=title))
    assert max(map(len, file.split(b"\r\n"))) <= LINE_BYTES
    assert len(unfolded(file)) == 14


async def test_the_file_of_a_show_comes_by_its_name(site):
    await site.show()
    await site.call("PATCH", "/shows/spring", {"starts_at": ENTRY.starts_at})
    answer = await site.http.get("/live/spring/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="spring.ics"'
    lines = unfolded(answer.content)
    assert "SUMMARY:Spring drop" in lines
    assert f"URL:{BASE}/live/spring" in lines
