"""Who works: names of processes that tell whether the process can still be alive."""

import os
import socket
from pathlib import Path


def worker_name() -> str:
    """host/namespace:pid-start of this process."""
    return f"{_place()}:{os.getpid()}-{_started(os.getpid())}"


def is_dead_here(worker: str) -> bool:
    """Whether a worker ran where this process runs and is gone: no need to wait for its lease."""
    return _is_running_here(worker) is False


def is_alive_here(worker: str) -> bool:
    """Whether a worker runs where this process runs: it holds what it took, however long that takes."""
    return _is_running_here(worker) is True


def _is_running_here(worker: str) -> bool | None:
    """None of a worker elsewhere."""
    place, _, process = worker.rpartition(":")
    pid, _, started = process.partition("-")
    if place != _place() or not pid.isdigit():
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    # A process id is given out again: a restarted container may have the namespace and the ids of before.
    return not started or _started(int(pid)) in ("", started)


def _started(pid: int) -> str:
    """When a process started, in ticks since the boot (field 22 of proc(5)); empty where that is not told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name in brackets may hold anything.
    return stat.rpartition(")")[2].split()[19]


def _place() -> str:
    """Where process ids mean the same: two containers may share a host name, and a restart begins anew."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
    except OSError:  # not Linux
        return socket.gethostname()
    return f"{socket.gethostname()}/{namespace}@{boot}"
