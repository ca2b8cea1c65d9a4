"""Text of others on standard error, which CI systems read for commands as they read standard output."""

import re

# "::error::" at the start of a line, whatever blanks precede it, and "##[error]", "##vso[" anywhere in one.
_LINE_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_COMMAND = re.compile(r"##(?=\w*\[)")


def harmless(text: str) -> str:
    """The text with commands taken apart, so that they are shown and not obeyed."""
    lines = text.replace("\r", "\n")
    return _COMMAND.sub("# #", _LINE_COMMAND.sub(r"\1: ", lines))
