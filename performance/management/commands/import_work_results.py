"""import_work_results FILE: work results from e-Kinerja."""

from organization.enums import ImportKind
from organization.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Import work results (hasil kerja) from e-Kinerja."
    kind = ImportKind.WORK_RESULTS
