"""The wheel alone is a working server: built, installed away from the checkout, started, asked."""

import os
import re
import sqlite3
import subprocess
import sys
import sysconfig
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

import vetrina
from tests.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"http://127\.0\.0\.1:[1-9]\d*")


def run(*command: str | Path, cwd: Path) -> str:
    """What the command printed; fails with it when the command fails."""
    done = subprocess.run(command, cwd=cwd, env=bare_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def bare_environment() -> dict[str, str]:
    """The environment without what would lead Python or the server back to the checkout."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VETRINA_"))}
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("vetrina-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment's `bin` folder: the wheel in it, and the libraries of the running one.

    A `.pth` file lends the libraries. The `.pth` files of the lender are not read along, so the
    editable install of this checkout stays out.
    """
    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=environment)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    run(*pip, "install", "--no-index", "--no-deps", "--quiet", wheel, cwd=environment)
    here = "import sysconfig; print(sysconfig.get_path('purelib'))"
    borrower = Path(run(python, "-c", here, cwd=environment).strip())
    lenders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (borrower / "libraries.pth").write_text("\n".join(sorted(lenders)))
    return scripts


@contextmanager
def serving(scripts: Path, data: Path) -> Iterator[str]:
    """The address of a server of the installed command, running for the block."""
    command = (scripts / "vetrina", "serve", "--port", "0", "--data", data)
    process = subprocess.Popen(
        command,
        cwd=data.parent,
        env=bare_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(PATIENCE_S, process.kill)
    watchdog.start()
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := ADDRESS.search(line):
                break
        else:
            pytest.fail(f"the server stopped before it named its address:\n{''.join(said)}")
        yield found[0]
    finally:
        process.terminate()
        process.communicate()
        watchdog.cancel()


def test_the_source_distribution_is_enough_to_build_the_wheel(dist):
    name = f"vetrina-{vetrina.__version__}"
    assert {path.name for path in dist.iterdir()} == {
        f"{name}.tar.gz",
        f"{name}-py3-none-any.whl",
    }


@pytest.mark.parametrize(
    ("folder", "packed"),
    [
        ("static", "vetrina/_assets/static"),
        ("overlays", "vetrina/_assets/overlays"),
        ("docs", "vetrina/_assets/docs"),
        ("server/vetrina/web/pages/templates", "vetrina/web/pages/templates"),
        ("server/vetrina/store/migrations", "vetrina/store/migrations"),
    ],
)
def test_every_file_of_a_folder_is_in_the_wheel(wheel, folder, packed):
    tracked = {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert tracked
    carried = {
        name.removeprefix(f"{packed}/")
        for name in zipfile.ZipFile(wheel).namelist()
        if name.startswith(f"{packed}/")
    }
    assert carried == tracked


def test_the_wheel_leaves_tests_and_tools_at_home(wheel):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"vetrina", f"vetrina-{vetrina.__version__}.dist-info"}


def test_the_installed_package_is_not_the_checkout(installed, tmp_path):
    code = (
        "import vetrina.web.assets.locations as a; print(a.__file__, a.STATIC_DIR, a.OVERLAYS_DIR)"
    )
    places = run(installed / "python", "-c", code, cwd=tmp_path).split()
    assert len(places) == 3
    assert all(Path(place).is_relative_to(installed.parent) for place in places)
    assert all(Path(place).exists() for place in places)


def test_the_installed_server_serves(installed, tmp_path):
    data = tmp_path / "data"
    graphic = next((ROOT / "overlays").rglob("*.js")).relative_to(ROOT).as_posix()
    with serving(installed, data) as address, httpx.Client(base_url=address) as client:
        ready = client.get("/readyz")
        assert ready.status_code == 200, ready.text
        assert "Vetrina" in client.get("/").text
        assert "Put a <a href" in client.get("/handbook/public-address").text
        for path in ("static/js/client/reconnect.js", graphic):
            assert client.get(f"/{path}").text == (ROOT / path).read_text(encoding="utf-8")
    database = next(path for path in data.rglob("*") if path.suffix in {".sqlite3", ".db"})
    with closing(sqlite3.connect(database)) as connection:
        revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        assert len(revisions) == 1
