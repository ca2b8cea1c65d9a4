"""`python -m evalhub` is the command `evalhub`."""

from evalhub.cli import main

main()
