"""Products as shops tell of them, by their interfaces and webhooks, read into catalogue entries."""
