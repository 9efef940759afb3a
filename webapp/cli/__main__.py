"""`python -m webapp.cli` is `sutiao`."""

from webapp.cli import main

main()
