"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="NIANLUN_HOME", help="Folder of the stack's data.", file_okay=False, metavar="DIR"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
DEFAULT_HOME = Path(".nianlun")
