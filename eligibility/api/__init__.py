"""REST endpoints of policies and verdicts."""
