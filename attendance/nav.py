"""The entries of attendance in the side navigation, one file per area."""

# Importing registers their entries.
from attendance import (
    nav_board,  # noqa: F401
    nav_corrections,  # noqa: F401
    nav_flags,  # noqa: F401
    nav_presence,  # noqa: F401
    nav_rosters,  # noqa: F401
    nav_schedules,  # noqa: F401
    nav_terminals,  # noqa: F401
)
