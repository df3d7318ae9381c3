"""import_discipline FILE: discipline cases."""

from organization.enums import ImportKind
from organization.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Import discipline cases."
    kind = ImportKind.DISCIPLINE
