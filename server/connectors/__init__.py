"""One module for each shop system: signature in, normal form out, no I/O."""

from __future__ import annotations

from typing import Final

from server.connectors.base import Connector
from server.connectors.generic import Generic

CONNECTORS: Final[dict[str, Connector]] = {connector.kind: connector for connector in (Generic(),)}
