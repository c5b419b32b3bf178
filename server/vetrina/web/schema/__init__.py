"""What the interface looks like to programs: OpenAPI, AsyncAPI and the page made of them."""
