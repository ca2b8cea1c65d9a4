"""Runs one service and ends its whole process group once the supervisor is gone.

Started by path with `python -I -S`, so that it costs 10 MB and 20 ms: standard library only.
It leads the process group, so what the service forks (Celery's pool, gunicorn's workers) goes too.
Command line: child.py LIFELINE PROGRAM ARGUMENT..., LIFELINE being the number of an open pipe.
"""

import os
import signal
import subprocess
import sys
import threading


def end_group_with(lifeline: int) -> None:
    """Waits until the supervisor's end of the pipe is closed, however it ended, then kills the group."""
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def main(lifeline: int, argv: list[str]) -> int:
    """Runs the service to its end; returns its exit code, 128 + N where signal N ended it."""
    threading.Thread(target=end_group_with, args=(lifeline,), daemon=True).start()
    # The service keeps the inherited lock of the home: no second stack starts while it still runs.
    service = subprocess.Popen(argv, close_fds=False)  # noqa: S603 - the argv is the stack's own
    signal.signal(signal.SIGTERM, lambda *_: service.terminate())
    code = service.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
