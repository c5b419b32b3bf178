"""One worker: `python -P -m vetrina.process.workers NUMBER FOLDER others|alone DESCRIPTOR`.

Only `vetrina serve --workers N` starts it. The settings come through the environment; `-P` keeps
modules of the current folder out.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from vetrina.bus.port import BusUnusable
from vetrina.process.listeners import CannotListen
from vetrina.process.runner import run_server
from vetrina.process.workers.identity import WorkerIdentity
from vetrina.process.workers.parent_link import FAILED, ParentLink
from vetrina.settings import BadSettings, read_settings
from vetrina.store.errors import StoreUnusable


def main(arguments: list[str]) -> int:
    """Serve as a worker; the exit code."""
    number, folder, others, descriptor = arguments
    parent = ParentLink(socket.socket(fileno=int(descriptor)))
    worker = WorkerIdentity(int(number), Path(folder), others == "others", parent)
    try:
        run_server(read_settings(), worker)
    except (BadSettings, BusUnusable, CannotListen, StoreUnusable) as error:
        parent.send(FAILED, str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
