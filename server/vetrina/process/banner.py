"""Start-up banner: the links that the console shows when the server is up."""

from __future__ import annotations

import sys

import segno
from rich.console import Console

from vetrina import __version__
from vetrina.app import Application
from vetrina.live.demo import SLUG as DEMO_SLUG
from vetrina.process.listeners import LOOPBACK


async def print_banner(application: Application, address: str) -> None:
    """Print where everything is. The secrets among the links are shown here only."""
    settings = application.settings
    base = settings.public_url or address
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]Vetrina {__version__}[/] is serving at {address}\n")
    for link in await application.first_keys.links(base):
        console.print(f"  [bold]{link.name:<14}[/] {link.url}", markup=True)
        if link.hint:
            console.print(f"  {'':<14} [dim]{link.hint}[/]")
    if settings.demo:
        console.print("\n  The viewer page, for a phone:\n")
        viewer = segno.make(f"{base}/live/{DEMO_SLUG}", micro=False)
        viewer.terminal(out=sys.stdout, border=2, compact=True)
    if settings.host in LOOPBACK and settings.public_url is None:
        hint = "Only this machine can open these. For phones in your network: --host 0.0.0.0"
        console.print(f"\n  [dim]{hint}[/]")
    elif settings.host not in LOOPBACK:
        text = "Everybody who reaches this machine's port can open it. On the internet, put a"
        console.print(f"\n  [yellow]Notice:[/] {text}\n  reverse proxy with HTTPS before it.")
    console.print("\n  Stop with Ctrl+C.\n")
    sys.stdout.flush()
