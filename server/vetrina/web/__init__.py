"""HTTP and WebSocket routes, pages and templates; the only folder that knows Starlette."""
