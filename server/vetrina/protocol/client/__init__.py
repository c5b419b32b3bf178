"""The client half of the protocol: session, reducer, heartbeat. The twin of `static/js/client`."""
