"""Store API keys of model providers under names; nothing here gives one back."""

import re

from evalhub.core.errors import UserError
from evalhub.core.secrets import looks_like_key
from evalhub.models import ProviderKey, Workspace
from evalhub.services.vault import encrypt
from raters.fields import UnableToResolveRater
from raters.spec import RaterSpec

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
MAX_KEY_CHARS = 4096


class UnableToStoreKey(UserError):
    """A name or a key that can not be; the message repeats neither.

    Attributes:
        field: "name" or "key".
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


def provider_key_set(workspace: Workspace, name: str, key: str) -> tuple[ProviderKey, bool]:
    """Store a key, in the place of the one of that name; also returns whether the name is new.

    Raises:
        UnableToStoreKey: see there.
    """
    if not NAME.fullmatch(name):
        raise UnableToStoreKey("name", "use up to 100 letters, digits, dots, dashes and underscores")
    if looks_like_key(name):
        raise UnableToStoreKey(
            "name", "this looks like the key itself; give a name such as openai-production"
        )
    if not key or len(key) > MAX_KEY_CHARS or not re.fullmatch(r"[!-~]+", key):
        problem = f"an API key is one line of 1 to {MAX_KEY_CHARS} letters, digits and signs, without blanks"
        raise UnableToStoreKey("key", problem)
    return ProviderKey.objects.update_or_create(
        workspace=workspace, name=name, defaults={"ciphertext": encrypt(key)}
    )


def provider_key_remove(key: ProviderKey) -> None:
    """Forget a key; raters that name it cannot be used until there is one of that name again."""
    key.delete()


def provider_key_check(workspace: Workspace, spec: RaterSpec) -> None:
    """See that the key which a rater names is stored.

    Raises:
        UnableToResolveRater: it is not. The name is not repeated: it may be the key itself.
    """
    names = ProviderKey.objects.filter(workspace=workspace).order_by("name").values_list("name", flat=True)
    if not spec.api_key or spec.api_key in names:
        return
    stored = f"stored are: {', '.join(names[:10])}" if names else "none is stored yet"
    raise UnableToResolveRater(
        "api_key",
        f"no key is stored under this name; {stored}. Store one with: evalhub key set NAME. A key itself "
        "does not belong here",
    )
