"""Takes objects of the registry over from a CSV or Excel file, or shows what would come of it."""

from grids.management.importing import ImportCommand
from grids.models import ImportKind


class Command(ImportCommand):
    help = (
        "Show what comes of a CSV or Excel file of objects (docs/registry.md), and with --apply take its new and "
        "changed rows over. Refused rows never stop the others."
    )
    kind = ImportKind.OBJECTS
