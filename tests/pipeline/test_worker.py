"""A worker is called dead only by who can see its process."""

import os
import subprocess
import sys

from evalhub.services.worker import is_alive_here, is_dead_here, worker_name


def _name_of(pid: int) -> str:
    return f"{worker_name().rpartition(':')[0]}:{pid}"


def test_this_process_lives() -> None:
    assert f":{os.getpid()}-" in worker_name()
    assert not is_dead_here(worker_name())


def test_a_process_that_ended_is_dead() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    assert not is_dead_here(_name_of(ended.pid))
    ended.wait()
    assert is_dead_here(_name_of(ended.pid))


def test_a_process_elsewhere_may_live() -> None:
    place, _, _ = worker_name().rpartition(":")
    no_such_process = 2**22 + 1
    assert is_dead_here(f"{place}:{no_such_process}")
    assert not is_dead_here(f"another-{place}:{no_such_process}")
    host = place.partition("/")[0]
    assert not is_dead_here(f"{host}/pid:[1]@another-boot:{no_such_process}")
    assert not is_dead_here("")


def test_a_process_id_that_was_given_out_again_is_another_process() -> None:
    mine, _, started = worker_name().rpartition("-")
    assert is_alive_here(worker_name())
    assert not is_alive_here(f"{mine}-{int(started) - 1}")
    assert is_dead_here(f"{mine}-{int(started) - 1}")
    # As it was named before the start was part of it.
    assert is_alive_here(mine)
