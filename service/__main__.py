"""`python -m service COMMAND`; what that takes to import is imported where Ctrl-C ends it."""

from importlib import import_module

from training_data.interrupts import interruptible


def main() -> None:
    """Run the command line of this process and leave with its exit status."""
    with interruptible():
        line = import_module("service.commands.line")
    line.main()


if __name__ == "__main__":
    main()
