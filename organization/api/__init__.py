"""REST endpoints of the organisation."""
