"""What survives a restart, as protocols: one file a port. May import `domain` and `protocol`.

Every implementation passes the contract suite of `tests/store/contract`. Guarantees:

- Order. Events of one show get `seq` 1, 2, 3 … without gaps, in the order of their commits.
- Atomicity. One `Append` is written whole or not at all, its receipts and records with it.
- Durability. A call returns after its commit reached the disk. Writes that wait together are
  committed together.
"""
