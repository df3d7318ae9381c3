"""What attendance tells on a person's page, one file per area."""

# Importing registers their panels.
from attendance import panels_board  # noqa: F401
