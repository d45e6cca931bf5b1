"""Run the command line: `python -m backstory.cli`."""

from backstory.cli import main

main()
