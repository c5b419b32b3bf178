"""Timings at which a test need not wait long."""

from vetrina.bus.redis import Timings

BRISK = Timings(open_s=30, probe_every_s=0.1, answer_s=1.5, backoff_min_s=0.02, backoff_max_s=0.1)
"""Where something breaks. A machine that is busy may take a second for an answer."""
CALM = Timings(open_s=30, probe_every_s=0.1, answer_s=30, backoff_min_s=0.02, backoff_max_s=0.1)
"""Where nothing breaks."""
