"""The program of one worker: `python -m server.worker NUMBER FOLDER others|alone DESCRIPTOR`.

Only `vetrina serve --workers N` starts it. The settings come through the environment.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from server.bus.base import BusUnusable
from server.listening import CannotListen
from server.place import Place
from server.serving import run_server
from server.settings import BadSettings, read_settings
from server.store.base import StoreUnusable
from server.tether import FAILED, Tether


def main(arguments: list[str]) -> int:
    """Serve as a worker; the exit code."""
    number, folder, others, descriptor = arguments
    tether = Tether(socket.socket(fileno=int(descriptor)))
    place = Place(int(number), Path(folder), others == "others", tether)
    try:
        run_server(read_settings(), place)
    except (BadSettings, BusUnusable, CannotListen, StoreUnusable) as error:
        tether.say(FAILED, str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
