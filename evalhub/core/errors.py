"""The base of errors that a user can mend."""


class UserError(Exception):
    """Something the user asked for can not be done; the message says why and what to change.

    Edges show it as it is: exit code 2, HTTP 400 or 409, a message on the page.
    """
