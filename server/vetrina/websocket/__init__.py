"""RFC 6455: handshake, framing, parsing, and the two transports. May import `protocol`."""
