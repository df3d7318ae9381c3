"""What the demo shows of attendance; called from the loader of the whole demo."""
