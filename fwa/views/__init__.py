"""Pages of flexible work, one file per subject."""
