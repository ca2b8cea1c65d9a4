"""What a service says of its end."""

import queue
import sys
from pathlib import Path

import pytest

from evalhub.stack.processes import ProcessSpec
from evalhub.stack.restarts import RestartPolicy
from evalhub.stack.service import Service
from evalhub.stack.spawn import Inherited, describe_end


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "exit code 1"),
        (0, "exit code 0"),
        (-9, "ended by SIGKILL"),
        # 128 + 9, as the process that starts a service passes it on.
        (137, "ended by SIGKILL"),
        (255, "exit code 255"),
    ],
)
def test_an_end_in_words(code: int, words: str) -> None:
    assert describe_end(code) == words


def test_a_service_without_a_place_for_its_log_is_given_up(tmp_path: Path) -> None:
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    spec = ProcessSpec("a", (sys.executable, "-c", ""))
    log = tmp_path / "no such folder" / "a.log"
    service = Service(spec, log, Inherited(0, 0), RestartPolicy(), report=said.put, give_up=said.put)
    service.start()
    message = said.get(timeout=30)
    assert message.startswith("a cannot be started")
    assert str(log) in message
    assert service.wait(30)
