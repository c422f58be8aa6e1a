"""`python -m audit.verify ARCHIVE`; of a copy of this folder alone: `python -m verify ARCHIVE`."""

import sys
from pathlib import Path

from .archive import check
from .verdict import exit_code, sentence

if len(sys.argv) != 2:  # noqa: PLR2004 - the program and the folder
    sys.exit("usage: python -m audit.verify ARCHIVE")
verdict = check(Path(sys.argv[1]))
sys.stdout.write(sentence(verdict) + "\n")
sys.exit(exit_code(verdict))
