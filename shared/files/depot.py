"""Everything of files that a process has: where they are kept, who scans them, and the uploads under way."""

from dataclasses import dataclass

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


def depot(objects: Objects, scanner: Scanner | None = None) -> Depot:
    """A depot on these objects."""
    files = ObjectFiles(objects)
    intake = Intake(files, scanner or NoScanner())
    return Depot(objects, files, intake, Uploads(objects, intake))


def depot_at(url: str, clamav: str = "", secret_key: str | None = None) -> Depot:
    """A depot at a process's addresses; in memory, and so for tests alone, when `url` is `memory:`."""
    return depot(objects_at(url, secret_key), scanner_at(clamav))
