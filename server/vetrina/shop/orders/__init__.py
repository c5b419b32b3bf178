"""Orders of ours: what happens to them, who hears of it, and how a seller finds them."""
