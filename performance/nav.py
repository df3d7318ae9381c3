"""The entries of performance in the side navigation, one file per area."""

# Importing registers their entries.
from performance import (
    nav_reviews,  # noqa: F401
)
