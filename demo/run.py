"""`make demo`: the bundled sample through the real thing, from an empty folder to a table and a dashboard.

Usage: python demo/run.py [--detach]
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import click

from evalhub.stack import address, control

HERE = Path(__file__).resolve().parent
EVALHUB = [sys.executable, "-m", "evalhub"]
READY_WITHIN_S = 120.0


def main() -> int:
    """Build the sample, start the stack unless it runs, run the campaign, show how to sign in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--detach", action="store_true", help="leave the stack running and return")
    detach = parser.parse_args().detach
    home = address.home()
    sample = home / "demo"
    stack = start_stack(home, detach)
    subprocess.run([sys.executable, str(HERE / "build_corpus.py"), str(sample)], check=True)
    code = subprocess.run([*EVALHUB, "run", str(sample / "spec.yaml")], check=False).returncode
    subprocess.run([*EVALHUB, "user", "add", "demo"], check=True)
    if stack is None:
        click.echo("The dashboard stays up. End it with: make stop")
        return code
    click.echo("The dashboard stays up until Ctrl-C.")
    return wait_for_end(stack) or code


def start_stack(home: Path, detach: bool) -> "subprocess.Popen[bytes] | None":
    """A stack that ends with this process, or None where one runs on without it."""
    if control.running(home):
        return None
    if detach:
        subprocess.run([*EVALHUB, "up", "--detach"], check=True)
        return None
    process = subprocess.Popen([*EVALHUB, "up"])
    deadline = time.monotonic() + READY_WITHIN_S
    while control.running(home) is None:
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("the stack did not start; see the messages above")
        time.sleep(0.1)
    return process


def wait_for_end(stack: "subprocess.Popen[bytes]") -> int:
    """Wait until Ctrl-C (which the stack gets too) or until the stack ends."""
    try:
        return stack.wait()
    except KeyboardInterrupt:
        return stack.wait()


if __name__ == "__main__":
    sys.exit(main())
