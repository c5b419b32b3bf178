"""The handbook: the pages of docs/ as they are in the version that runs, rendered and searched."""
