"""Show how far an import is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from evalhub.services.snapshots import Tell


class CountColumn(TextColumn):
    """Documents done, and how many a second."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        """The count; the rate as soon as there is one."""
        rate = f", {task.speed:,.0f}/s" if task.speed else ""
        return Text(f"{task.completed:,.0f} documents{rate}")


@contextmanager
def importing(name: str) -> "Iterator[Tell]":
    """A bar on standard error, where that is a terminal; gives what to call with each step."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        CountColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {step: progress.add_task(f"{step} {name}", visible=False) for step in ("reading", "storing")}

        def tell(step: str, n_done: int, n_total: int | None) -> None:
            progress.update(tasks[step], completed=n_done, total=n_total, visible=True)

        yield tell
