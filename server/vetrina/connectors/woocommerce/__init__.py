"""WooCommerce: webhooks, and asking for the orders that changed."""
