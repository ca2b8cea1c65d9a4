"""Who works: names of processes that tell whether the process can still be alive."""

import os
import socket


def worker_name() -> str:
    """host/namespace:pid of this process."""
    return f"{_place()}:{os.getpid()}"


def is_dead_here(worker: str) -> bool:
    """Whether a worker ran where this process runs and is gone: no need to wait for its lease."""
    return _is_running_here(worker) is False


def is_alive_here(worker: str) -> bool:
    """Whether a worker runs where this process runs: it holds what it took, however long that takes."""
    return _is_running_here(worker) is True


def _is_running_here(worker: str) -> bool | None:
    """None of a worker elsewhere."""
    place, _, pid = worker.rpartition(":")
    if place != _place() or not pid.isdigit():
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _place() -> str:
    """Where process ids mean the same: two containers may share a host name, and a restart begins anew."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
    except OSError:  # not Linux
        return socket.gethostname()
    return f"{socket.gethostname()}/{namespace}@{boot}"
