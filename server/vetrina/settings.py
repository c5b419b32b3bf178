"""Settings: one table, read once at the start.

A setting is the environment variable `VETRINA_` + its name in capitals, or the option of
`vetrina serve` with the same name. `docs/settings.md` is compared with this table by a test.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from vetrina.domain.buyer_names import NameMode, NamePolicy
from vetrina.domain.show.limits import Limits
from vetrina.encryption import Cipher
from vetrina.setting_values import check_number, cipher_key, plain_address, strong_key

PREFIX = "VETRINA_"
SECRETS = frozenset({"control_key", "database", "encryption_key", "redis"})
"""Their values are never shown, however wrong they are."""
DEFAULT = Limits()


class BadSettings(Exception):
    """The message names the setting, what came and what was expected."""


class Settings(BaseSettings):
    """The settings with their defaults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    data: Path = Field(Path("vetrina-data"), description="Folder of the database and pictures.")
    workers: int = Field(
        1, ge=1, le=256, description="Processes that serve, on one port of this machine."
    )
    database: SecretStr | None = Field(
        None,
        description="Address of a PostgreSQL database; without one SQLite in the data folder.",
    )
    database_connections: int = Field(
        5, ge=2, le=100, description="Connections of one process to PostgreSQL."
    )
    public_url: Annotated[str | None, AfterValidator(plain_address)] = Field(
        None,
        description="Address under which viewers reach this server; links and QR codes use it.",
    )
    demo: bool = Field(False, description="Make a small shop and keep its rehearsal alive.")
    control_key: Annotated[SecretStr | None, AfterValidator(strong_key)] = Field(
        None, description="A first control key, for scripts: ctl_ and 22 or more random characters."
    )
    encryption_key: Annotated[SecretStr | None, AfterValidator(cipher_key)] = Field(
        None,
        description="Key of what the database keeps encrypted, as `vetrina encryption-key make` "
        "prints it; while it is changed, the new one, a comma and the old one. Without it a file "
        "in the data folder holds one; several machines need the same.",
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses, with commas, whose X-Forwarded-For and -Proto are believed.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much the server tells on its console."
    )
    heartbeat_ms: int = Field(
        25_000,
        ge=1_000,
        le=45_000,
        description="How often a browser says that it is there, 1000 to 45000.",
    )
    redis: SecretStr | None = Field(
        None, description="Redis or Valkey over which processes and machines tell each other."
    )
    drain_s: float | None = Field(
        None,
        ge=0,
        le=300,
        description="Seconds over which viewers are sent away at a stop; without it up to 2, "
        "and up to 10 where other processes take them.",
    )
    connections_max: int = Field(
        10_000, ge=1, description="Open sockets in one process; more are asked to come later."
    )
    connections_per_address: int = Field(
        500,
        ge=1,
        description="Viewers from one address, and as many with a key; many phones share one.",
    )
    connections_per_second: int = Field(
        2_000,
        ge=1,
        description="New sockets a second; a crowd that comes faster is let in in waves.",
    )
    compress: bool = Field(
        True, description="Compress large frames for clients that take it; once, not for each."
    )
    requests_per_minute: int = Field(
        600, ge=1, description="Changing API calls a minute for one key."
    )
    reads_per_minute: int = Field(
        1_200, ge=1, description="Public API calls a minute from one address."
    )
    checkouts_per_minute: int = Field(
        120, ge=1, description="Checkouts that may be begun in a minute from one address."
    )
    webhooks_per_second: int = Field(
        2_000, ge=1, description="Webhook deliveries a second for one connection."
    )
    poll_every_s: int = Field(
        300,
        ge=10,
        le=86_400,
        description="Seconds until a shop that gave a key for it is asked again for lost orders.",
    )
    private_addresses: bool = Field(
        False,
        description="Ask shops, and addresses of imports, on this machine and on private networks, "
        "too; without it only on the internet.",
    )
    bag_size: int = Field(DEFAULT.bag_size, ge=1, le=1000, description="Products in one bag.")
    pin_slots: int = Field(DEFAULT.pin_slots, ge=1, le=3, description="Products pinned at once.")
    pin_ttl_min_s: int = Field(
        DEFAULT.pin_ttl_min_s, ge=1, description="Shortest time of a pin that ends by itself."
    )
    pin_ttl_max_s: int = Field(
        DEFAULT.pin_ttl_max_s, ge=1, description="Longest time of a pin that ends by itself."
    )
    deal_lead_min_s: int = Field(
        DEFAULT.deal_lead_min_s, ge=1, description="Shortest announcement of a flash deal."
    )
    deal_lead_max_s: int = Field(
        DEFAULT.deal_lead_max_s, ge=1, description="Longest announcement of a flash deal."
    )
    deal_duration_min_s: int = Field(
        DEFAULT.deal_duration_min_s, ge=1, description="Shortest flash deal."
    )
    deal_duration_max_s: int = Field(
        DEFAULT.deal_duration_max_s, ge=1, description="Longest flash deal."
    )
    deal_discount_min_percent: int = Field(
        DEFAULT.deal_discount_min_percent, ge=1, le=99, description="Smallest discount of a deal."
    )
    deal_discount_max_percent: int = Field(
        DEFAULT.deal_discount_max_percent, ge=1, le=100, description="Largest discount of a deal."
    )
    deals_at_once: int = Field(
        DEFAULT.deals_at_once, ge=1, le=20, description="Deals announced or running in one show."
    )
    deal_cooldown_h: int = Field(
        DEFAULT.deal_cooldown_h,
        ge=0,
        description="Hours until a product may have the same deal again; 0 for none.",
    )
    announcement_chars: int = Field(
        DEFAULT.announcement_chars, ge=1, le=500, description="Length of an announcement."
    )

    shop_names: NameMode = Field(
        "anonymous",
        description="How a buyer who agreed to it in a shop is named: anonymous, initial, "
        "first_name or nickname.",
    )
    blocked_words: str = Field(
        "", description="Words, with commas, that no shown name may hold, beside the usual ones."
    )

    @field_validator("*", mode="before")
    @classmethod
    def _number_is_plain(cls, value: object, info: ValidationInfo) -> object:
        """A number that is read loosely or overflows would mean another limit, or none."""
        kind = cls.model_fields[str(info.field_name)].annotation
        if value is not None and kind in (int, float | None):
            check_number(str(value), whole=kind is int)
        return value

    @model_validator(mode="after")
    def _ranges_are_ranges(self) -> Settings:
        for low in ("pin_ttl_min_s", "deal_lead_min_s", "deal_duration_min_s"):
            high = low.replace("_min_", "_max_")
            if getattr(self, low) > getattr(self, high):
                raise ValueError(f"{PREFIX}{low.upper()} is above {PREFIX}{high.upper()}")
        if self.deal_discount_min_percent > self.deal_discount_max_percent:
            raise ValueError("the smallest discount of a deal is above the largest")
        return self

    @property
    def root(self) -> str:
        """The path of the public address, such as /vetrina; empty at the top of a site."""
        return urlsplit(self.public_url).path if self.public_url else ""

    @property
    def cipher(self) -> Cipher:
        """What the secrets of this installation are encrypted with."""
        given = self.encryption_key
        return Cipher(self.data, given.get_secret_value() if given else None)

    def limits(self) -> Limits:
        """The part that the rules need."""
        return Limits(**{field.name: getattr(self, field.name) for field in fields(Limits)})

    def names(self) -> NamePolicy:
        """How buyers are named."""
        return NamePolicy(self.shop_names, _listed(self.blocked_words))


@cache
def _listed(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    words = (word.strip() for word in text.split(","))
    return tuple(word for word in words if word)


def read_settings(**given: object) -> Settings:
    """Settings from the environment, with `given` on top; None in it means not given.

    Raises BadSettings, also for a VETRINA_ variable that is no setting: a typing error would
    otherwise go unnoticed until the show.
    """
    for name in os.environ:
        if (
            name.startswith(PREFIX)
            and name.removeprefix(PREFIX).lower() not in Settings.model_fields
        ):
            raise BadSettings(_unknown(name))
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSettings(_bad_value(error)) from None


def environment_of(settings: Settings) -> dict[str, str]:
    """An environment in which a program of ours reads these settings, and else this one."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return own | {
        PREFIX + name.upper(): str(
            value.get_secret_value() if isinstance(value, SecretStr) else value
        )
        for name in Settings.model_fields
        if (value := getattr(settings, name)) is not None
    }


def _unknown(name: str) -> str:
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else " docs/settings.md lists them all."
    return f"{name} is not a setting.{hint}"


def _bad_value(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    message = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return f"{message}."
    field = str(fault["loc"][0])
    came = "" if field in SECRETS else f" It is {fault['input']!r}."
    return f"{PREFIX}{field.upper()} (or --{field.replace('_', '-')}): {message}.{came}"
