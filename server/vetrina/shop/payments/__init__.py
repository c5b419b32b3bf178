"""Payments: who takes the money, one adapter a file behind one port."""
