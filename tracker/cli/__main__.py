"""`python -m tracker.cli`: the command, for whoever starts it without the console script."""

from tracker.cli import main

if __name__ == "__main__":
    main(prog_name="tracker")
