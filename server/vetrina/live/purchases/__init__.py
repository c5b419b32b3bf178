"""What shops sold: from a verified delivery to counted purchases of a show."""
