"""The use cases: handling commands, following the feed, keeping deadlines."""
