"""The embedded stack: broker, workers, scheduler and web in one command, nothing to install."""

from pathlib import Path


def run(home: Path, port: int) -> int:
    """Runs the stack of a home in the foreground until a signal ends it; returns the exit code."""
    # Settings import evalhub.stack.address, so this package itself loads nothing.
    from evalhub.stack.foreground import run_foreground

    return run_foreground(home, port)
