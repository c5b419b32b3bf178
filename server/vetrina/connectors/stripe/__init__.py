"""Stripe: webhooks, what their events say, and asking for events."""
