"""Ports for servers that begin some time after the port was chosen."""

import itertools
import os
import socket

# Below what systems give to whoever asks for any port, and a block for each worker of a run.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
_FIRST = 20_000 + 500 * (_WORKER % 20)
_PORTS = itertools.cycle(range(_FIRST, _FIRST + 500))


def free_port() -> int:
    """A port that no other worker of this run takes, and that nobody listens on."""
    for port in itertools.islice(_PORTS, 500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port")
