"""import_position_tasks FILE: the share of time each position spends on each task type."""

from organization.enums import ImportKind
from organization.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Import the share of time each position spends on each task type."
    kind = ImportKind.POSITION_TASKS
