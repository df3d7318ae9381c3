"""The entries of attendance in the side navigation, one file per area."""

# Importing registers their entries.
from attendance import nav_board, nav_rosters, nav_schedules, nav_corrections, nav_presence, nav_terminals  # noqa: F401
