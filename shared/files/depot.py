"""Everything of files that a process has: where they are kept, who scans them, and the uploads under way."""

from dataclasses import dataclass, field, replace

from shared.files.deposits import Deposits, Limits
from shared.files.intake import Intake
from shared.files.kept import ObjectFiles
from shared.files.objects import Objects, objects_at
from shared.files.port import Files
from shared.files.scanner import NoScanner, Scanner, scanner_at
from shared.files.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Depot:
    """Built once by a process; see `depot_at`."""

    objects: Objects
    files: Files
    intake: Intake
    uploads: Uploads
    deposits: Deposits
    limits: Limits = field(default_factory=Limits)


def depot(objects: Objects, scanner: Scanner | None = None) -> Depot:
    """A depot on these objects."""
    files = ObjectFiles(objects)
    intake = Intake(files, scanner or NoScanner())
    return Depot(objects, files, intake, Uploads(objects, intake), Deposits(objects, files))


def depot_at(url: str, clamav: str = "", secret_key: str | None = None, limits: Limits | None = None) -> Depot:
    """A depot at a process's addresses; in memory, and so for tests alone, when `url` is `memory:`."""
    made = depot(objects_at(url, secret_key), scanner_at(clamav))
    return made if limits is None else replace(made, limits=limits)
