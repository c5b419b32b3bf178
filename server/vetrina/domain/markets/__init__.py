"""Markets: where a shop sells, and what delivery costs there. Pure."""
