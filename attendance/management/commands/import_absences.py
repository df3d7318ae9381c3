"""import_absences FILE: absences: leave, sick leave, official travel, training."""

from organization.enums import ImportKind
from organization.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Import absences: leave, sick leave, official travel, training."
    kind = ImportKind.ABSENCES
