"""Django Channels on uvicorn with the in-memory layer: a group, and `group_send` to it."""

from __future__ import annotations

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.conf import settings
from django.urls import path

from loadtests.baselines.event import FIRE, Events
from loadtests.baselines.serve import serve_asgi

LAYER = {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1000}}
settings.configure(CHANNEL_LAYERS={"default": LAYER}, INSTALLED_APPS=["channels"])
django.setup()
events = Events()


class Consumer(AsyncWebsocketConsumer):
    """A member of the group until it leaves."""

    async def connect(self) -> None:
        """Join."""
        await self.channel_layer.group_add("show", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave."""
        await self.channel_layer.group_discard("show", self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Send to the group."""
        if text_data is not None and text_data.startswith(FIRE):
            text = events.encoded(text_data.removeprefix(FIRE)).decode()
            await self.channel_layer.group_send("show", {"type": "event", "text": text})

    async def event(self, message: dict[str, str]) -> None:
        """Pass it on."""
        await self.send(text_data=message["text"])


if __name__ == "__main__":
    serve_asgi(URLRouter([path("ws", Consumer.as_asgi())]))
