"""REST endpoints of flexible work."""
