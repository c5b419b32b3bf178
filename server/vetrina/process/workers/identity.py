"""Worker identity: which of the processes of one `vetrina serve` this is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vetrina.process.workers.parent_link import ParentLink


@dataclass(frozen=True, slots=True)
class WorkerIdentity:
    """A worker's number, and what it shares with its parent and the other workers.

    `folder` holds their sockets, for this user alone. `others`: there may be more processes than
    those of this parent.
    """

    number: int
    folder: Path
    others: bool
    parent: ParentLink
