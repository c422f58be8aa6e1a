"""The command's first second: whoever interrupts it while it is read in is shown no traceback of that."""

import signal


def main() -> None:
    """Run the command; until its sub-command is read in, an interruption simply ends the process."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from nianlun.cli import main as command  # noqa: PLC0415 - what takes its time is read in behind the line above

    command()


if __name__ == "__main__":
    main()
