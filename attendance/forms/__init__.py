"""Forms of attendance; one file per subject."""
