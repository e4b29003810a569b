"""Taking cases away as a file."""

from cases.models import CaseFile
from gridgov import clock
from grids.models import User


def take_file(*, actor: User, asked: str) -> CaseFile:
    """Keep who took the cases of an address, and when."""
    taken: CaseFile = CaseFile.objects.create(user=actor, asked=asked, at=clock.now())
    return taken
