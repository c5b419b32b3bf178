"""How domain values look as JSON where that is not plain from their fields. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

SPARSE: Final[Mapping[str, Any]] = MappingProxyType({"sparse": True})
"""Metadata of a field that is left out while it has its default: what came after version 1 of the
protocol, and is rare."""

TEAM: Final[Mapping[str, Any]] = MappingProxyType({"sparse": True, "team": True})
"""The same, and never sent to viewers and overlays: they need it not, and it may be long."""
