"""Where the browser's files and the handbook are: in an installed package or atop a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]
_INSTALLED = _PACKAGE / "_assets"

ASSETS_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parents[1]
OVERLAYS_DIR = ASSETS_ROOT / "overlays"
STATIC_DIR = ASSETS_ROOT / "static"
DOCS_DIR = ASSETS_ROOT / "docs"
