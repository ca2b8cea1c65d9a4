"""Which errors are the user's to mend."""


def user_errors() -> tuple[type[Exception], ...]:
    """Errors whose message says what to change: exit code 2."""
    from evalhub.core.errors import UserError
    from evalhub.formats.errors import InputError
    from evalhub.spec.errors import SpecError
    from evalhub.stack.control import UnableToStart

    return (UserError, InputError, SpecError, UnableToStart)
