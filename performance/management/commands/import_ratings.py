"""import_ratings FILE: official predicates from e-Kinerja."""

from organization.enums import ImportKind
from organization.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Import official predicates from e-Kinerja."
    kind = ImportKind.RATINGS
