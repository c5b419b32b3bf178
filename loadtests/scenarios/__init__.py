"""Each module is a scenario: a function that takes a Bench and returns a Result."""
