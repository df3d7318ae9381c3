"""import_employees FILE: employees with units, positions, placements, supervisors and homes from a personnel list."""

from organization.enums import ImportKind
from organization.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Import employees with units, positions, placements, supervisors and homes from a personnel list."
    kind = ImportKind.EMPLOYEES
