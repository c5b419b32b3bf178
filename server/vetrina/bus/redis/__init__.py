"""The bus over Redis or Valkey Pub/Sub."""

from vetrina.bus.redis.bus import RedisBus
from vetrina.bus.redis.rate_limits import RedisBuckets
from vetrina.bus.redis.timings import Timings

__all__ = ["RedisBuckets", "RedisBus", "Timings"]
