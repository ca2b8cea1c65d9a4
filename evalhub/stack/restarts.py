"""When a process that died is started again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RestartPolicy:
    """Back-off that doubles with every quick death and forgets them once a process has settled."""

    first_delay_s: float = 0.25
    settled_s: float = 5.0
    n_quick_deaths_allowed: int = 5

    def count_quick_deaths(self, n_before: int, ready_s: float) -> int:
        """Returns how many quick deaths stand against a process that died after `ready_s` of work.

        The time it took to become ready does not count: on a loaded machine a broken one dies slowly.
        """
        return 0 if ready_s >= self.settled_s else n_before + 1

    def delay_s(self, n_quick_deaths: int) -> float | None:
        """Returns the wait before the next start in seconds, None to give the process up."""
        if n_quick_deaths >= self.n_quick_deaths_allowed:
            return None
        return self.first_delay_s * float(2 ** max(n_quick_deaths - 1, 0))
