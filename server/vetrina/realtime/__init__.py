"""Delivery within one process: hub, history, connections and presence."""
