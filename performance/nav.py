"""The entries of performance in the side navigation, one file per area."""
