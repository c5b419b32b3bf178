"""`/ws`: from the HTTP request to a subscriber of a room."""
