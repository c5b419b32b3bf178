"""Deliveries of shops and payment providers: signatures and one normal form; pure."""
