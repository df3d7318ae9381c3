"""REST endpoints of arrangements and their days, to read."""
