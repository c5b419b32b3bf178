"""The bus over Redis or Valkey Pub/Sub."""

from server.bus.redis.bus import RedisBus
from server.bus.redis.pace import Pace
from server.bus.redis.rates import RedisBuckets

__all__ = ["Pace", "RedisBuckets", "RedisBus"]
