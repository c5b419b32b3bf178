"""A pace at which a test need not wait long."""

from server.bus.redis import Pace

BRISK = Pace(probe_every_s=0.1, answer_s=0.5, backoff_min_s=0.02, backoff_max_s=0.1)
