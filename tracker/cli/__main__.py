"""`python -m tracker.cli`: the command, for whoever starts it without the console script."""

from tracker.cli import main

main(prog_name="tracker")
