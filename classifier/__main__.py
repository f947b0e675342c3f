"""The command line: `python -m classifier COMMAND`."""

import sys

from classifier.commands import cli
from training_data.running import run


def main() -> None:
    """Run the command line of this process and leave with its exit status."""
    sys.exit(run(cli, "python -m classifier", sys.argv[1:]))


if __name__ == "__main__":
    main()
