"""Sub-path: addresses of ours in what is sent, for a server below a path such as `/vetrina`.

In the store they begin at the server's own root, `/media/…`, so that the path may change. Encoded
JSON is changed, once for everybody: inside a text its quotes are escaped, so a name with its value
is found nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final

OWN: Final = ("/media/", "/demo/", "/docs#")
_TOLD: Final = re.compile(rb'("(?:image|url|link|type)":")(?=/(?:media/|demo/|docs#))')

Rewrite = Callable[[bytes], bytes]


def located(root: str) -> Rewrite:
    """Puts the root before our addresses in encoded JSON; at the top of a site, nothing."""
    return partial(_TOLD.sub, rb"\g<1>" + root.encode()) if root else unchanged


def as_kept(root: str) -> Rewrite:
    """Takes the root away again, from JSON that a client sends."""
    name, own = rb'("(?:image|link)"\s*:\s*")', rb"(?=/(?:media|demo)/)"
    told = re.compile(name + re.escape(root.encode()) + own)
    return partial(told.sub, rb"\g<1>") if root else unchanged


def below(root: str, address: str) -> str:
    """An address, with the root before it where it is one of ours and no other's on this host."""
    return root + address if address.startswith(OWN) else address


def unchanged(text: bytes) -> bytes:
    """At the top of a site addresses are as they are kept."""
    return text
