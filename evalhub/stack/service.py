"""One process of the stack, started again whenever it dies."""

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from evalhub.stack import logs
from evalhub.stack.processes import ProcessSpec
from evalhub.stack.restarts import RestartPolicy
from evalhub.stack.spawn import Inherited, describe_end, kill_group, spawn

POLL_S = 0.05


class Service:
    """Keeps one process running in a thread of its own until it is stopped or given up."""

    def __init__(
        self,
        spec: ProcessSpec,
        log: Path,
        inherited: Inherited,
        policy: RestartPolicy,
        report: Callable[[str], None],
        give_up: Callable[[str], None],
    ) -> None:
        """Takes whom to tell of a restart (`report`) and of a process that cannot run (`give_up`)."""
        self.spec = spec
        self.log = log
        self._inherited = inherited
        self._policy = policy
        self._report = report
        self._give_up = give_up
        self._stopping = threading.Event()
        self._ready_at: float | None = None
        # Reentrant: a second Ctrl-C calls kill() in the thread that may be inside stop().
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, name=spec.name, daemon=True)

    @property
    def is_ready(self) -> bool:
        """Tells whether the process does its work, since its last start."""
        return self._ready_at is not None

    def start(self) -> None:
        """Starts the process; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Asks the process to end, and does not start it again."""
        self._stopping.set()
        with self._lock:
            if self._process:
                self._process.terminate()

    def kill(self) -> None:
        """Ends the process and all it started, at once."""
        self._stopping.set()
        with self._lock:
            if self._process:
                kill_group(self._process.pid)

    def wait(self, timeout_s: float) -> bool:
        """Waits for the end after stop() or kill(); tells whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _keep_running(self) -> None:
        n_quick_deaths = 0
        delay_s: float | None = 0.0
        while delay_s is not None and not self._stopping.wait(delay_s):
            log_size = logs.size(self.log)
            try:
                end = self._run_once()
            except OSError as error:
                self._give_up(f"{self.spec.name} cannot be started: {error}; {self.spec.remedy}")
                return
            if self._stopping.is_set():
                return
            ready_s = time.monotonic() - self._ready_at if self._ready_at else 0.0
            n_quick_deaths = self._policy.count_quick_deaths(n_quick_deaths, ready_s)
            delay_s = self._policy.delay_s(n_quick_deaths)
            self._tell(end, n_quick_deaths, delay_s, logs.tail(self.log, since=log_size))

    def _run_once(self) -> str:
        process = self._start_process()
        if process is None:
            return "stopped"
        self._wait_ready(process)
        code = process.wait()
        with self._lock:
            self._process = None
        # Its children may outlive a process that was killed.
        kill_group(process.pid)
        return describe_end(code)

    def _wait_ready(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None and not self._stopping.wait(POLL_S):
            if self.spec.is_ready():
                self._ready_at = time.monotonic()
                return

    def _start_process(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if not self._stopping.is_set():
                self._ready_at = None
                if self.spec.ready_file:
                    self.spec.ready_file.unlink(missing_ok=True)
                self._process = spawn(self.spec.argv, self.spec.env, self.log, self._inherited)
            return self._process

    def _tell(self, end: str, n_quick_deaths: int, delay_s: float | None, last_lines: str) -> None:
        died = f"{self.spec.name} died ({end})"
        shown = f"last lines of {self.log}:\n{last_lines}"
        if delay_s is None:
            self._give_up(f"{died} {n_quick_deaths} times at once; {self.spec.remedy}; {shown}")
        else:
            self._report(f"{died}, starting it again in {delay_s:.2g} s; {shown}")
