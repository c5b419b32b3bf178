"""Docker Compose, the image and their settings fit together, and fit the server."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
import yaml

from tests.deploy.files import DEPLOY, ROOT, STOPPING_S, text
from vetrina.process.file_limit import SPARE
from vetrina.settings import PREFIX, Settings, read_settings


def test_every_setting_that_is_named_exists() -> None:
    for file in DEPLOY.iterdir():
        if file.is_file():
            for name in re.findall(rf"\b{PREFIX}([A-Z_]+)\b", file.read_text("utf-8")):
                assert name.lower() in Settings.model_fields, f"{file.name}: {PREFIX}{name}"


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
    return found


def apps() -> dict[str, Any]:
    return {name: one for name, one in compose()["services"].items() if name.startswith("app")}


def check_image(name: str) -> None:
    """A name with a version, and its digest; whoever builds decides from where it comes."""
    name, _, digest = name.partition("@")
    assert re.fullmatch(r"|sha256:[0-9a-f]{64}", digest), name
    repository, _, tag = name.partition(":")
    assert re.fullmatch(r"\d+(\.\d+)*(-\w+)?", tag), name
    assert "." not in repository.partition("/")[0], name


def test_every_service_is_bounded_watched_and_pinned() -> None:
    parts = compose()
    for name, service in parts["services"].items():
        check_image(service["image"])
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"], name
        assert set(service["networks"]) <= set(parts["networks"])
        for needed in service.get("depends_on", {}):
            assert needed in parts["services"]
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            made_by_hand = source == "./tls"
            assert source in parts["volumes"] or made_by_hand or (DEPLOY / source).is_file()
        if "env_file" in service:
            assert (DEPLOY / f"{service['env_file']}.example").is_file()
    assert [name for name, one in parts["services"].items() if "ports" in one] == ["proxy"]


def test_three_processes_share_their_pictures_and_have_time_to_stop() -> None:
    assert len(apps()) == 3
    for app in apps().values():
        assert app["ulimits"]["nofile"] >= Settings.model_fields["connections_max"].default + SPARE
        assert float(app["stop_grace_period"].removesuffix("s")) > STOPPING_S
        assert app["volumes"] == ["data:/var/lib/vetrina"]


def test_the_proxy_knows_the_processes_and_they_believe_it_alone() -> None:
    told = re.findall(r"^server ([\d.]+):8000 ", text("compose-upstreams.conf"), re.MULTILINE)
    assert told == [app["networks"]["front"]["ipv4_address"] for app in apps().values()]
    proxy = compose()["services"]["proxy"]["networks"]["front"]["ipv4_address"]
    for app in apps().values():
        assert app["environment"]["VETRINA_TRUSTED_PROXIES"] == proxy


def variables(name: str) -> dict[str, str]:
    lines = [line for line in text(name).splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_examples_of_secrets_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    app, database = variables("app.env.example"), variables("database.env.example")
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in app.items():
        monkeypatch.setenv(name, value)
    assert read_settings().public_url == "https://live.example.com"
    user, password = database["POSTGRES_USER"], database["POSTGRES_PASSWORD"]
    expected = f"//{user}:{password}@database:5432/{database['POSTGRES_DB']}"
    assert app["VETRINA_DATABASE"].partition(":")[2] == expected
    assert "database" in compose()["services"]
    assert app["VETRINA_REDIS"] == "redis://bus:6379"
    assert "bus" in compose()["services"]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert {"/deploy/app.env", "/deploy/database.env", "/deploy/tls/"} <= set(ignored.split("\n"))


def test_the_image_is_made_of_what_is_there() -> None:
    lines = [line.split() for line in text("Dockerfile").splitlines()]
    for image in [words[1] for words in lines if words[:1] == ["FROM"]]:
        check_image(image)
    copied = [
        source
        for words in lines
        if words[:1] == ["COPY"] and not words[1].startswith("--")
        for source in words[1:-1]
    ]
    let_in = {line[1:] for line in text("Dockerfile.dockerignore").splitlines() if line[0] == "!"}
    assert set(copied) == let_in
    assert all((ROOT / source).exists() for source in copied)
    assert [words[1] for words in lines if words[:1] == ["USER"]] == ["vetrina"]
