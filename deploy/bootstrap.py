"""Make the virtual environment of this checkout: `python3 deploy/bootstrap.py .venv [--dev]`.

Runs on a machine that has nothing yet, so it uses the standard library only. `--dev` adds what the
tests need, a Chromium and reverse proxies among it. Safe to run again: what is there already stays.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
CHROMIUM_NAMES = (
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
"""Where servers are installed; not on everybody's PATH."""
PACKAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "apt-get": {
        "venv": (f"python3.{sys.version_info.minor}-venv",),
        "chromium": ("chromium", "fonts-liberation"),
        "driver": ("libatomic1",),
        "curl": ("curl",),
        "nginx": ("nginx",),
        "haproxy": ("haproxy",),
        "caddy": ("caddy",),
    },
    "dnf": {
        "chromium": ("chromium", "liberation-sans-fonts"),
        "driver": ("libatomic",),
        "curl": ("curl",),
        "nginx": ("nginx",),
        "haproxy": ("haproxy",),
        "caddy": ("caddy",),
    },
}
QUIETLY = ("-q", "--disable-pip-version-check", "--root-user-action=ignore")
INSTALL: dict[str, tuple[tuple[str, ...], ...]] = {
    "apt-get": (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends")),
    "dnf": (("install", "-y", "-q"),),
}


class SetupError(Exception):
    """What is missing on this machine and what to do about it, in one sentence."""


def run(*command: str | Path, **env: str) -> bool:
    """Run a command with its output shown; True when it went well."""
    done = subprocess.run(command, env={**os.environ, **env}, stdin=subprocess.DEVNULL)
    return done.returncode == 0


def attempt(*command: str | Path, **env: str) -> str:
    """Run a command that may fail; what it said when it did, and nothing when it went well."""
    done = subprocess.run(
        command,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return f"{done.stdout}\n(exit code {done.returncode})" if done.returncode else ""


def install_system(wanted: str) -> bool:
    """Install with the system's package manager; False when that needs a person or fails."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    tool = next((name for name in PACKAGES if shutil.which(name)), None)
    if tool is None or wanted not in PACKAGES[tool]:
        return False
    packages = PACKAGES[tool][wanted]
    print(f"Installing {' '.join(packages)} with {tool}", flush=True)
    *before, install = INSTALL[tool]
    for step in before:
        run(tool, *step)
    return run(tool, *install, *packages, DEBIAN_FRONTEND="noninteractive")


def python_in(target: Path) -> Path:
    """Where a virtual environment keeps its interpreter."""
    return target / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(target: Path) -> bool:
    """Whether the environment has a Python that starts, is new enough and has pip."""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    python = python_in(target)
    return python.exists() and not subprocess.call([python, "-c", check], stderr=subprocess.DEVNULL)


def with_venv(target: Path) -> str:
    """The standard way; Debian and Ubuntu ship Python without it."""
    return attempt(sys.executable, "-m", "venv", "--clear", target)


def with_virtualenv(target: Path) -> str:
    """By the `virtualenv` package, in a folder of its own, so that the system stays as it is."""
    with tempfile.TemporaryDirectory() as folder:
        pip = (sys.executable, "-m", "pip", "install", *QUIETLY, "--target", folder, "virtualenv")
        make = (sys.executable, "-m", "virtualenv", "--clear", target)
        return attempt(*pip) or attempt(*make, PYTHONPATH=folder)


def with_system_package(target: Path) -> str:
    """As root on Debian and Ubuntu: install what they leave out, then the standard way."""
    if not install_system("venv"):
        return "needs root and apt-get"
    return with_venv(target)


def make_environment(target: Path) -> None:
    """Make `target` in the first way that works on this machine, unless it works already."""
    if works(target):
        return
    troubles = []
    for way in (with_venv, with_virtualenv, with_system_package):
        print(f"Making {target} {way.__name__.replace('_', ' ')}", flush=True)
        trouble = way(target)
        if not trouble and works(target):
            return
        troubles.append(f"{way.__name__}: {trouble or 'it has no working pip'}")
        shutil.rmtree(target, ignore_errors=True)
    package = PACKAGES["apt-get"]["venv"][0]
    print(*troubles, sep="\n", file=sys.stderr)
    raise SetupError(
        f"{sys.executable} can make no virtual environment: install its venv module"
        f" (Debian, Ubuntu: apt-get install {package}) and run this again."
    )


def install_project(target: Path, *, dev: bool) -> None:
    """Install this checkout, editable, with the library versions of constraints.txt.

    Without tests: with the Valkey that `--workers` needs, where there is one for this machine.
    """
    pip = (python_in(target), "-m", "pip", "install", *QUIETLY)
    pinned = (*pip, "--constraint", ROOT / "constraints.txt", "--editable")
    project = f"{ROOT}[{'test' if dev else 'local'}]"
    print(f"Installing {project} into {target}", flush=True)
    if run(*pinned, project):
        return
    if not dev and run(*pinned, ROOT):
        print("No Valkey is built for this machine: with --workers, name a Redis by --redis.")
        return
    raise SetupError("pip could not install the libraries: its message above says which.")


def chromium_candidates() -> Iterator[str]:
    """The named browser only, where `CHROMIUM` names one; else all usual names."""
    named = os.environ.get("CHROMIUM")
    yield from (named,) if named else CHROMIUM_NAMES


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine."""
    return next(filter(None, map(shutil.which, chromium_candidates())), None)


def ensure_chromium() -> str:
    """A Chromium for the browser tests, installed as root where there is none."""
    found = find_chromium() or (install_system("chromium") and find_chromium())
    if not found:
        tried = ", ".join(chromium_candidates())
        raise SetupError(
            f"The browser tests need a Chromium or Chrome and found none (tried {tried}):"
            " install one, or name it in CHROMIUM."
        )
    return found


def ensure_driver(target: Path) -> None:
    """Playwright's driver has to start; a bare system lacks a library that it is linked to."""
    start = (python_in(target), "-m", "playwright", "--version")
    trouble = attempt(*start)
    if trouble and install_system("driver"):
        trouble = attempt(*start)
    if trouble:
        raise SetupError(f"Playwright's driver does not start: {trouble}")


def ensure_curl() -> None:
    """The documents show calls with curl, and a test runs what they show."""
    if not shutil.which("curl") and not install_system("curl"):
        raise SetupError("The tests of the documents need curl: install it and run this again.")


def find_proxy(name: str) -> str | None:
    """The path of an nginx, haproxy or caddy; the one that `NGINX` and so on names, if it does."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *SYSTEM_FOLDERS))
    return shutil.which(os.environ.get(name.upper()) or name, path=path)


def obtain_proxy(name: str) -> str | None:
    """A proxy that tests start, installed as root where there is none; None where that fails.

    Debian starts what it installs, on port 80: nobody asked for that, so it is stopped again.
    """
    found = find_proxy(name)
    if not found and install_system(name):
        if Path("/run/systemd/system").exists():
            run("systemctl", "disable", "--now", "--quiet", name)
        found = find_proxy(name)
    return found


def ensure_nginx() -> str:
    """The nginx that the tests of the reverse proxy start."""
    found = obtain_proxy("nginx")
    if not found:
        raise SetupError(
            "The tests of the reverse proxy need nginx and found none:"
            " install it (Debian, Ubuntu: apt-get install nginx), or name it in NGINX."
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="folder of the virtual environment")
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    args = parser.parse_args()
    if sys.version_info < OLDEST:
        raise SetupError(f"Vetrina needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    make_environment(args.target)
    install_project(args.target, dev=args.dev)
    if args.dev:
        ensure_curl()
        ensure_driver(args.target)
        print(f"Chromium: {ensure_chromium()}")
        print(f"nginx: {ensure_nginx()}")
        for name in ("haproxy", "caddy"):
            print(f"{name}: {obtain_proxy(name) or 'none to be had, its tests are left out'}")


if __name__ == "__main__":
    try:
        main()
    except SetupError as problem:
        sys.exit(f"Set-up stopped: {problem}")
