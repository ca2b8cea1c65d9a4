"""Names of which a workspace has one each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction


@contextmanager
def name_held(check: Callable[[], object]) -> Iterator[None]:
    """A transaction that writes a name: somebody else may have taken it since `check` looked for it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        check()
        raise  # it was not the name
