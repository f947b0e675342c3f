"""`python -m classifier COMMAND`; what that takes to import is imported where Ctrl-C ends it."""

import sys
from importlib import import_module

from training_data.interrupts import interruptible


def main() -> None:
    """Run the command line of this process and leave with its exit status."""
    with interruptible():
        cli = import_module("classifier.commands").cli
        run = import_module("training_data.running").run
    sys.exit(run(cli, "python -m classifier", sys.argv[1:]))


if __name__ == "__main__":
    main()
