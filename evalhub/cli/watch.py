"""Watch a campaign in the terminal: a bar per job with rate and time left."""

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from evalhub.cli.ci.harmless import harmless
from evalhub.selectors.progress import JobProgress

POLL_S = 0.5
# Where lines are printed and no bars: CI systems end a job that is silent for some minutes.
TELL_EVERY_S = 30.0

Look = Callable[[], tuple[str, list[JobProgress]]]
RUNNING = "running"


def watch(look: Look) -> str:
    """Show progress until the campaign is no longer running; returns its state."""
    with Bars() as bars:
        while True:
            state, rows = look()
            bars.show(rows)
            if state != RUNNING:
                return state
            wait_a_little()


def wait_a_little() -> None:
    """Let the workers work before the next look."""
    time.sleep(POLL_S)


class Bars:
    """One bar per job on standard error; where that is no terminal, a line per job as it ends, or goes on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """A terminal's bars; `clock` gives seconds."""
        self._clock = clock
        self._said_at = clock()
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TextColumn("{task.fields[note]}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[int, TaskID] = {}
        self._told: set[int] = set()
        self._waits: dict[int, str] = {}

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, rows: list[JobProgress]) -> None:
        """Bring the bars up to date."""
        for row in rows:
            if row.job_id not in self._tasks:
                self._tasks[row.job_id] = self._progress.add_task(_title(row), count="", note="")
            self._progress.update(
                self._tasks[row.job_id],
                total=row.n_items or None if not row.is_final else max(row.n_items, 1),
                completed=max(row.n_items, 1) if row.state == "done" else row.n_done,
                count=f"{row.n_done:,}/{row.n_items:,} {row.item_word}" if row.n_items else "",
                note=_note(row),
            )
            self._tell(row)

    def _tell(self, row: JobProgress) -> None:
        if self._console.is_terminal or row.job_id in self._told:
            return
        if row.is_final:
            self._told.add(row.job_id)
            # An exact index has nothing to count.
            count = f"{row.n_items:,} {row.item_word}, " if row.n_items else ""
            self.say(f"{_title(row)}: {count}{_note(row)}")
        elif row.waiting_for != self._waits.get(row.job_id, ""):
            self._waits[row.job_id] = row.waiting_for
            if row.waiting_for:
                self.say(f"{_title(row)}: {row.waiting_for}")
        elif row.state == RUNNING and self._clock() - self._said_at >= TELL_EVERY_S:
            count = f"{row.n_done:,}/{row.n_items:,} {row.item_word}, " if row.n_items else ""
            self.say(f"{_title(row)}: {count}{_note(row)}")

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self._said_at = self._clock()
        # What a server says may have lines of its own.
        self._console.print(harmless(text), soft_wrap=True, markup=False, highlight=False)


def _title(row: JobProgress) -> str:
    return f"{row.kind} {row.label}"


def _note(row: JobProgress) -> str:
    if row.is_reused:
        return "found finished"
    if row.error or row.waiting_for:
        return row.error or row.waiting_for
    if row.rate_per_s is None:
        return row.state
    rate = f"{row.rate_per_s:,.1f} {row.item_word}/s"
    return rate if row.eta_s is None else f"{rate}, {row.eta_s:,.0f} s left"
