"""`python -m audit.verify ARCHIVE`; of a copy of this folder alone: `python -m verify ARCHIVE`."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from .archive import check
from .verdict import exit_code, sentence

parser = ArgumentParser(
    prog="python -m audit.verify",
    description="Is an archive whole and untouched? Exit code 0: proven, 1: disproved, 2: cannot be decided.",
)
parser.add_argument("archive", type=Path, metavar="ARCHIVE", help="its folder")
verdict = check(parser.parse_args().archive)
sys.stdout.write(sentence(verdict) + "\n")
sys.exit(exit_code(verdict))
