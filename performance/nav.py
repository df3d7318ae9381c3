"""The entries of performance in the side navigation, one file per area."""

# Importing registers their entries.
from performance import (
    nav_contracts,  # noqa: F401
    nav_evaluations,  # noqa: F401
    nav_figures,  # noqa: F401
    nav_reports,  # noqa: F401
    nav_results,  # noqa: F401
    nav_reviews,  # noqa: F401
)
