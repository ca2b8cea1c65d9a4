"""The filters of a review as addresses and commands write them: read, and written again."""

from collections.abc import Mapping

from evalhub.core.errors import UserError
from evalhub.models import ReviewItem
from evalhub.selectors.review.chosen import ORDERS, Chosen
from evalhub.selectors.review.options import Options

MAX_DIGITS = 9
MAX_TAG = 500


class UnableToChoose(UserError):
    """A filter names nothing of the queue.

    Attributes:
        field: the parameter.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Asked:
    """Reads one parameter after the other; `problems` says which were passed over, and why."""

    def __init__(self, options: Options, given: Mapping[str, str]) -> None:
        self._options = options
        self._given = given
        self.problems: list[UnableToChoose] = []

    def chosen(self) -> Chosen:
        """The filters that are acceptable."""
        order, state = self._word("order", ORDERS), self._word("state", ReviewItem.State.values)
        raters = self._raters()
        system, against = self._system("system"), self._system("against")
        if against is not None and against == system:
            self._refused("against", "a system against itself differs nowhere; name another")
            against = None
        return Chosen(
            order=next((known for known in ORDERS if known == order), "influence"),
            raters=raters,
            grades=self._grades() if raters else None,
            tag=self._given.get("tag", "")[:MAX_TAG],
            system=system,
            against=against if system is not None else None,
            state=state,
            is_sample=self._given.get("sample", "") == "1",
        )

    def _refused(self, field: str, message: str) -> None:
        self.problems.append(UnableToChoose(field, message))

    def _word(self, field: str, words: tuple[str, ...] | list[str]) -> str:
        given = self._given.get(field, "")
        if given and given not in words:
            self._refused(field, f'"{given[:50]}" is none of {", ".join(words)}')
            return ""
        return given

    def _raters(self) -> tuple[int, int] | None:
        given = self._given.get("raters", "")
        found = _two_numbers(given)
        if found and found[0] != found[1] and all(key in self._options.graders for key in found):
            return found
        if given:
            offered = ", ".join(f"{key} {name}" for key, name in self._options.graders.items())
            self._refused("raters", f'"{given[:50]}" is no two of the graders; they are: {offered}')
        return None

    def _grades(self) -> tuple[int, int] | None:
        given = self._given.get("grades", "")
        found = _two_numbers(given)
        if given and found is None:
            self._refused("grades", f'"{given[:50]}" is not one grade of each rater, such as 0,3')
        return found

    def _system(self, field: str) -> int | None:
        given = self._given.get(field, "")
        found = _number(given)
        if found is not None and found in self._options.systems:
            return found
        if given:
            offered = ", ".join(f"{key} {name}" for key, name in self._options.systems.items())
            self._refused(field, f'"{given[:50]}" is none of the systems; they are: {offered}')
        return None


def chosen_strictly(options: Options, given: Mapping[str, str]) -> Chosen:
    """The filters, all of them.

    Raises:
        UnableToChoose: one names nothing of the queue.
    """
    asked = Asked(options, given)
    chosen = asked.chosen()
    if asked.problems:
        raise asked.problems[0]
    return chosen


def parameters_of(chosen: Chosen) -> dict[str, str]:
    """The filters as an address holds them; what is as usual is left out."""
    given = {
        "order": "" if chosen.order == "influence" else chosen.order,
        "raters": ",".join(map(str, chosen.raters or ())),
        "grades": ",".join(map(str, chosen.grades or ())),
        "tag": chosen.tag,
        "system": "" if chosen.system is None else str(chosen.system),
        "against": "" if chosen.against is None else str(chosen.against),
        "state": chosen.state,
        "sample": "1" if chosen.is_sample else "",
    }
    return {name: value for name, value in given.items() if value}


def _two_numbers(text: str) -> tuple[int, int] | None:
    first, _, second = text.partition(",")
    found = (_number(first), _number(second))
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _number(text: str) -> int | None:
    """A whole number, which grades may have a minus before."""
    digits = text.removeprefix("-")
    is_number = len(digits) <= MAX_DIGITS and digits.isascii() and digits.isdecimal()
    return int(text) if is_number else None
