"""Orders out: signed webhooks to the seller's own addresses."""
