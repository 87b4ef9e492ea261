"""One module for each resource: its query model, its list, its record."""
