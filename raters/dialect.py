"""What an endpoint understands of a request: found out from its complaints, and remembered.

OpenAI-compatible endpoints differ in which parameters they know. A call is first made with all that the rater
asks for. Where the endpoint says that it does not know a parameter, the call is made again at once without it
(or, for response_format, one rung lower: JSON schema, JSON mode, plain text), and so are all later ones.
"""

import logging
import threading
from dataclasses import dataclass, field, replace
from typing import Any

logger = logging.getLogger(__name__)

# Best first. Every reply is read by the same parser, whichever rung it was asked for on.
RUNGS = ("json_schema", "json_object", "text")
_OUTPUT_LIMITS = ("max_completion_tokens", "max_tokens")
_TOGETHER = {"logprobs": ("logprobs", "top_logprobs"), "top_logprobs": ("logprobs", "top_logprobs")}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one model behind one endpoint wants to be asked.

    Attributes:
        rung: of RUNGS, for response_format.
        unknown: parameters that are left out.
    """

    rung: str = RUNGS[0]
    unknown: frozenset[str] = frozenset()

    def spoken(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return a call's arguments as this endpoint takes them."""
        said = {name: value for name, value in arguments.items() if name not in self.unknown}
        if self.rung == "json_object" and "response_format" in said:
            said["response_format"] = {"type": "json_object"}
        elif self.rung == "text":
            said.pop("response_format", None)
        first, second = _OUTPUT_LIMITS
        if first in arguments and first in self.unknown and second not in self.unknown:
            said[second] = arguments[first]
        return said

    def without(self, parameter: str) -> "Dialect":
        """Return the dialect of an endpoint that does not know `parameter`."""
        if parameter == "response_format":
            return replace(self, rung=RUNGS[min(RUNGS.index(self.rung) + 1, len(RUNGS) - 1)])
        return replace(self, unknown=self.unknown | {*_TOGETHER.get(parameter, (parameter,))})


@dataclass(slots=True)
class Dialects:
    """The dialects found so far, by (base_url, model); safe to share between threads."""

    _found: dict[tuple[str, str], Dialect] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, base_url: str, model: str) -> Dialect:
        """What is known of an endpoint's model; at first, that it understands everything."""
        return self._found.get((base_url, model), Dialect())

    def learn(self, base_url: str, model: str, asked_in: Dialect, parameter: str) -> Dialect:
        """Note that a call in `asked_in` was refused for a parameter; calls refused together move it once."""
        with self._lock:
            known = self.get(base_url, model)
            if known == asked_in:
                known = self._found[base_url, model] = asked_in.without(parameter)
                logger.warning(
                    "%s: model %r does not take %s; it is asked without (replies as %s)",
                    base_url,
                    model,
                    parameter,
                    known.rung,
                )
            return known


# What one rater of this process found out holds for the next one.
KNOWN = Dialects()
