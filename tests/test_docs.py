"""The documents say what the code does: settings, calls, codes, events, parameters, commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import typer

from vetrina.cli import main
from vetrina.domain.show import commands, events
from vetrina.protocol.close_codes import CloseCode
from vetrina.settings import PREFIX, Settings
from vetrina.web.hook_actions import ACTIONS
from vetrina.web.http.problem_codes import CODES
from vetrina.web.operations import OPERATIONS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    after = text_of(name).partition(f"\n## {heading}\n")[2]
    assert after, f"{name} has no section {heading}"
    return after.partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """What stands between backticks in the first cells of tables."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def test_settings_are_those_of_the_table() -> None:
    rows = re.findall(rf"^\| `{PREFIX}(\w+)` \| `(.*?)` \|", text_of("settings.md"), re.MULTILINE)
    words = {None: "none", False: "off", True: "on"}
    told = {name.lower(): default for name, default in rows}
    real = {
        name: words[field.default]  # type: ignore[index]
        if isinstance(field.default, bool | None)
        else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert told == real


def test_settings_named_anywhere_exist() -> None:
    for page in DOCS.rglob("*.md"):
        for name in re.findall(rf"\b{PREFIX}([A-Z_]+)\b", page.read_text("utf-8")):
            assert name.lower() in Settings.model_fields, f"{page.name}: {PREFIX}{name}"


def test_every_call_is_in_the_api() -> None:
    rows = [cell for cell in first_cells(section("api.md", "All calls")) if " /" in cell]
    real = [f"{operation.method} {operation.path}" for operation in OPERATIONS]
    assert sorted(rows) == sorted(real)


def test_every_refusal_is_in_the_api() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", section("api.md", "Codes"), re.MULTILINE)
    assert {code: int(status) for code, status in rows} == {
        code: about.status for code, about in CODES.items()
    }


def test_every_command_is_in_the_api_with_its_fields() -> None:
    rows = dict(
        re.findall(
            r"^\| `(\w+)` \| ((?:`\w+\??`(?:, )?)*) ?\|",
            section("api.md", "Commands").partition("**Deals.**")[0],
            re.MULTILINE,
        )
    )
    told = {name: set(re.findall(r"`(\w+)\??`", fields)) for name, fields in rows.items()}
    real = {
        snake(command.__name__): set(command.__dataclass_fields__)
        for command in get_args(commands.PublicCommand)
    }
    real["set_disclosure"] = {"disclosure"}
    assert told == real


def test_every_event_is_in_the_protocol_with_its_fields() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ([\w, ]*?) ?\|", section("protocol.md", "Events"), re.MULTILINE
    )
    told = {name: set(filter(None, fields.split(", "))) for name, fields in rows}
    merged = told.pop("purchases_merged")
    assert merged > {"count", "units"}
    assert told == {
        snake(event.__name__): set(event.__dataclass_fields__) - {"at", "amounts"}
        for event in get_args(events.Event)
    }


def test_every_close_code_is_in_the_protocol() -> None:
    rows = re.findall(r"^\| (\d{4}) \| `(\w+)` \|", text_of("protocol.md"), re.MULTILINE)
    assert rows == [(str(code.value), code.label) for code in CloseCode]


def test_every_hook_action_is_in_the_panels_page() -> None:
    rows = first_cells(section("control.md", "Stream Deck and other buttons"))
    assert rows == list(ACTIONS)


def test_every_parameter_of_an_overlay_is_in_its_page() -> None:
    source = (ROOT / "static/js/stage/obs-source.js").read_text(encoding="utf-8")
    read = set(re.findall(r'query\.get\("(\w+)"\)|number\("(\w+)"', source))
    real = {name for pair in read for name in pair if name}
    assert set(first_cells(section("overlays.md", "Parameters of the link"))) == real


def test_every_safe_area_is_in_its_page() -> None:
    source = (ROOT / "static/js/stage/stage.js").read_text(encoding="utf-8")
    real = {
        name: re.findall(r"\[([\d, ]+)\]", areas)
        for name, areas in re.findall(r'^  (\w+): (\{ "16x9".*\}),$', source, re.MULTILINE)
    }
    rows = re.findall(
        r"^\| `(\w+)` \| ([\d, ]+) \| ([\d, ]+) \| ([\d, ]+) \|",
        section("overlays.md", "Vertical video"),
        re.MULTILINE,
    )
    assert {name: list(areas) for name, *areas in rows} == real


def test_every_variable_and_class_for_streamers_is_in_its_page() -> None:
    cells = first_cells(section("overlays.md", "Your own look"))
    tokens = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    real = set(re.findall(r"^    (--v-[\w-]+):", tokens, re.MULTILINE))
    assert {cell for cell in cells if cell.startswith("--")} == real
    folders = [*(ROOT / "overlays").rglob("*.js"), *(ROOT / "static/js/stage").glob("*.js")]
    sources = "".join(file.read_text(encoding="utf-8") for file in folders)
    for cell in cells:
        if cell.startswith("."):
            assert re.search(rf'["\s`.]{cell[1:]}["\s`.]', sources), cell


def test_the_command_line_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `vetrina ([\w -]+)` \| (.*) \|", readme, re.MULTILINE)
    told = {name: set(re.findall(r"`(--[\w-]+)`", about)) for name, about in rows}
    assert told == command_line()


def command_line() -> dict[str, set[str]]:
    """The commands and their long options, without --help."""
    group = typer.main.get_command(main)
    found = dict(group.commands)  # type: ignore[attr-defined]
    for name in [name for name, one in found.items() if hasattr(one, "commands")]:
        inner = found.pop(name).commands
        found |= {f"{name} {each}": command for each, command in inner.items()}
    return {
        name: {
            option
            for parameter in command.params
            for option in parameter.opts
            if option.startswith("--")
        }
        for name, command in found.items()
    }


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for page in pages():
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"^```.*?^```", text, re.DOTALL | re.MULTILINE)
        named = re.findall(r"^make ([a-z]+)", "\n".join(blocks), re.MULTILINE)
        named += re.findall(r"`make ([a-z]+)", text)
        assert set(named) <= targets, page.name


def pages() -> list[Path]:
    """Every document of the repository."""
    return [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "overlays" / "README.md"]


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in plain}


def test_links_lead_somewhere() -> None:
    for page in pages():
        text = page.read_text(encoding="utf-8")
        prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
        links = re.findall(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"", prose)
        for link in (first or second for first, second in links):
            if re.match(r"https?://|/", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{page.name}: {link}"
            assert not anchor or anchor in anchors(target), f"{page.name}: {link}"


def test_pictures_are_small_and_used() -> None:
    everything = "".join(page.read_text(encoding="utf-8") for page in pages())
    for picture in (DOCS / "images").glob("*.png"):
        assert picture.stat().st_size < 250_000, picture.name
        assert f"images/{picture.name}" in everything, picture.name
