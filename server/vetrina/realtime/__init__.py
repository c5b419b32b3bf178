"""Delivery within one process: hub, backlog, connections and presence."""
