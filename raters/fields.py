"""Checked reading of a rater's fields as in SPEC.yaml; every error names the field and the remedy."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from evalhub.core.secrets import looks_like_key
from raters.spelling import misspelt

Scalar = bool | int | float | str | None

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_KEY_ENV = "OPENAI_API_KEY"


class UnableToResolveRater(ValueError):
    """A rater's description cannot be used.

    Attributes:
        field: the name of the field to mend.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Option:
    """A decoding option of one kind of rater.

    Attributes:
        default: also gives the type; None stands for "not sent".
        choices: the values offered, or empty for any of the right type.
        minimum: the smallest number offered.
    """

    default: Scalar
    types: tuple[type, ...]
    choices: tuple[Scalar, ...] = ()
    minimum: float = 0.0


# Defaults are written into the spec, so that a later change of a default here changes no stored rater.
DECODING: dict[str, dict[str, Option]] = {
    "hosted": {
        "temperature": Option(0.0, (int, float, type(None))),
        "top_p": Option(None, (int, float, type(None))),
        "seed": Option(None, (int, type(None))),
        "reasoning_effort": Option(None, (str, type(None))),
        "max_output_tokens": Option(512, (int,), minimum=16),
        "logprobs": Option("auto", (str,), choices=("auto", "off")),
    },
    "local-llm": {
        "dtype": Option("bfloat16", (str,), choices=("bfloat16", "float32", "float16")),
        "calibration": Option("none", (str,), choices=("none", "contextual")),
    },
    "cross-encoder": {
        "dtype": Option("float32", (str,), choices=("float32", "bfloat16", "float16")),
        "thresholds": Option(None, (str, type(None))),
    },
    "calibrated": {},
    "panel": {},
    "gold": {},
    "imported": {},
}
KINDS = tuple(DECODING)


def check_known(mapping: Mapping[str, object], offered: Collection[str], prefix: str = "") -> None:
    """Refuse a field that nobody reads."""
    for key in mapping:
        if key not in offered:
            raise UnableToResolveRater(f"{prefix}{key}", f"unknown field; {misspelt(str(key), offered)}")


def read_text(mapping: Mapping[str, object], field: str, default: str = "") -> str:
    """Read a text field."""
    value = mapping.get(field, default)
    if not isinstance(value, str):
        raise UnableToResolveRater(field, f"{value!r} is not text; write it in quotes")
    return value.strip()


def read_number(mapping: Mapping[str, object], field: str, default: float, minimum: float = 0.0) -> float:
    """Read a finite number that is at least `minimum`."""
    value = mapping.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not minimum <= value < float("inf"):
        raise UnableToResolveRater(field, f"{value!r} is not a number of at least {minimum:g}")
    return value


def read_integer(
    mapping: Mapping[str, object], field: str, default: int, minimum: int = 1, maximum: int | None = None
) -> int:
    """Read an integer of at least `minimum` and, where one is given, at most `maximum`."""
    value = mapping.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise UnableToResolveRater(field, f"{value!r} is not an integer of at least {minimum}")
    if maximum is not None and value > maximum:
        raise UnableToResolveRater(field, f"{value!r} is more than {maximum}, the most that is offered")
    return value


def read_choice(mapping: Mapping[str, object], field: str, choices: Collection[str], default: str) -> str:
    """Read one of the words offered."""
    value = read_text(mapping, field, default)
    if value not in choices:
        raise UnableToResolveRater(field, f"{value!r}; {misspelt(value, choices)}")
    return value


def read_decoding(mapping: Mapping[str, object], kind: str) -> dict[str, Scalar]:
    """Read the decoding options of a kind, its defaults filled in."""
    given = mapping.get("decoding", {})
    if not isinstance(given, Mapping):
        raise UnableToResolveRater("decoding", f"{given!r} is not a mapping of options")
    options = DECODING[kind]
    check_known(given, options, prefix="decoding.")
    return {
        name: _read_option(given.get(name, option.default), name, option) for name, option in options.items()
    }


def _read_option(value: object, name: str, option: Option) -> Scalar:
    field = f"decoding.{name}"
    if value is False and "off" in option.choices:
        value = "off"  # what YAML 1.1 makes of a bare `off`
    if not isinstance(value, option.types) or (isinstance(value, bool) and bool not in option.types):
        names = " or ".join("null" if offered is type(None) else offered.__name__ for offered in option.types)
        raise UnableToResolveRater(field, f"{value!r} is not of type {names}")
    if option.choices and value not in option.choices:
        raise UnableToResolveRater(
            field, f"{value!r}; {misspelt(str(value), [str(c) for c in option.choices])}"
        )
    if isinstance(value, int | float) and not option.minimum <= value < float("inf"):
        raise UnableToResolveRater(field, f"{value!r} is not a number of at least {option.minimum:g}")
    return cast(Scalar, value)  # every type in DECODING is one


def read_base_url(mapping: Mapping[str, object]) -> str:
    """Read an endpoint address; it is stored and shown, so it must hold no secret."""
    url = read_text(mapping, "base_url") or OPENAI_URL
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnableToResolveRater("base_url", f"{url!r} is not an address; write for example {OPENAI_URL}")
    if parts.username or parts.password or parts.query:
        raise UnableToResolveRater(
            "base_url",
            "must hold no user, password or query; name the key's environment variable in api_key_env",
        )
    return url.rstrip("/")


def read_api_key(mapping: Mapping[str, object]) -> str:
    """Read the NAME of a stored key; a value that may be the key itself is never repeated."""
    name = read_text(mapping, "api_key")
    if name and looks_like_key(name):
        raise UnableToResolveRater("api_key", "give the name of a stored key, not the key itself")
    if name and read_text(mapping, "api_key_env"):
        raise UnableToResolveRater("api_key", "give this or api_key_env, not both")
    return name


def read_api_key_env(mapping: Mapping[str, object], base_url: str) -> str:
    """Read the NAME of an environment variable; a value that may be the key itself is never repeated."""
    is_usual = base_url == OPENAI_URL and not mapping.get("api_key")
    name = read_text(mapping, "api_key_env", OPENAI_KEY_ENV if is_usual else "")
    if name and (not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or looks_like_key(name)):
        raise UnableToResolveRater(
            "api_key_env",
            "give the name of an environment variable, such as OPENAI_API_KEY, not the key itself",
        )
    return name
