"""Live sync: products of a connected shop, brought in at once and kept in step by its webhooks."""
