"""Where the browser's files are: inside an installed package, or at the top of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_assets"

ASSETS_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
OVERLAYS_DIR = ASSETS_ROOT / "overlays"
STATIC_DIR = ASSETS_ROOT / "static"
