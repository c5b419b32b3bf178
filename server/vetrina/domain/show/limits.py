"""The numbers of the rules. Each is a setting; the defaults are what live-shopping sites use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that `rules` keep; a refusal names the one that was crossed."""

    bag_size: int = 100
    """Products in one bag."""
    pin_slots: int = 1
    """Products on screen at once, 1 to 3."""
    pin_ttl_min_s: int = 5
    pin_ttl_max_s: int = 3600
    deal_lead_min_s: int = 10
    deal_lead_max_s: int = 300
    deal_duration_min_s: int = 60
    deal_duration_max_s: int = 1200
    deal_discount_min_percent: int = 5
    deal_discount_max_percent: int = 99
    deals_at_once: int = 5
    """Announced and running deals in one show."""
    deal_cooldown_h: int = 24
    """Hours before a product may have a deal at the same or a lower price again; 0: none."""
    announcement_chars: int = 140
