"""`python -m nianlun`: the command where no script is installed."""

from nianlun.cli import main

main()
