"""Shopify: webhooks, the forms of its orders and refunds."""
