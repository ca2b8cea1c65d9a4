"""One call to an OpenAI-compatible endpoint: what is sent, and what came back or why nothing did."""

import asyncio
import datetime as dt
import json
import math
from dataclasses import dataclass, replace
from typing import Any

from raters.complaints import unknown_parameter
from raters.dialect import Dialects
from raters.error_body import read_error
from raters.key_mask import KeyMask
from raters.label_logprobs import top_logprobs_wanted
from raters.protocol import RateRequest
from raters.provider_errors import Misconfigured, Rejected, TryLater, judge_response
from raters.reply import chat_messages, reply_format
from raters.retry_after import used_up_for_s
from raters.spec import RaterSpec
from raters.wire import ConnectionBroken, Response, Unreachable, Wire

CHARS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful call.

    Attributes:
        body: JSON as received.
        used_up_s: for how long the provider says that nothing is left for a next call; 0 if it does not.
    """

    body: str
    used_up_s: float


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One pair as a call.

    Attributes:
        n_cut: tokens, about, that were cut from the document.
        n_tokens: what the call takes of a limit, about and at most.
    """

    arguments: dict[str, Any]
    n_cut: int
    n_tokens: int


class ChatCaller:
    """Holds the API key, and lets it out only in the request's header."""

    def __init__(self, spec: RaterSpec, api_key: str, dialects: Dialects) -> None:
        self._spec = spec
        self._prompt = spec.rubric
        self._format = reply_format(self._prompt.grades)
        # Providers echo a wrong key in their error; what we keep is stored and shown.
        self._mask = KeyMask(api_key)
        self._dialects = dialects
        self._headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": "evalhub",
        } | ({"authorization": f"Bearer {api_key}"} if api_key else {})

    def request(self, request: RateRequest) -> ChatRequest:
        """Build the call for a pair, with all that an endpoint could know."""
        prompt = self._prompt.render(request)
        limit = self._spec.max_document_tokens * CHARS_PER_TOKEN
        n_cut = math.ceil(max(0, len(prompt.document) - limit) / CHARS_PER_TOKEN)
        messages = chat_messages(replace(prompt, document=prompt.document[:limit]), self._prompt.grades)
        decoding = {name: value for name, value in self._spec.decoding.items() if value is not None}
        n_output = int(decoding.pop("max_output_tokens") or 0)
        if decoding.pop("logprobs", "off") == "auto":
            decoding |= {"logprobs": True, "top_logprobs": top_logprobs_wanted(len(self._prompt.grades))}
        arguments = {
            "model": self._spec.model,
            "messages": messages,
            "response_format": self._format,
            "max_completion_tokens": n_output,
            **decoding,
        }
        n_chars = sum(len(message["content"]) for message in messages)
        return ChatRequest(arguments, n_cut, math.ceil(n_chars / CHARS_PER_TOKEN) + n_output)

    async def call(
        self, wire: Wire, request: ChatRequest
    ) -> tuple[Answer | TryLater | Rejected | Misconfigured, int]:
        """Make the call, again at once for each parameter that the endpoint turns out not to know.

        Returns:
            What came of it, and how many calls that took.
        """
        base_url, model = self._spec.base_url, self._spec.model
        n_calls = 0
        while True:
            dialect = self._dialects.get(base_url, model)
            sent = dialect.spoken(request.arguments)
            n_calls += 1
            response = await self._post(wire, sent)
            if isinstance(response, TryLater):
                return response, n_calls
            if response.status == 200:
                used_up_s = used_up_for_s(response.headers, dt.datetime.now(dt.UTC), request.n_tokens)
                return Answer(response.body, used_up_s), n_calls
            if (parameter := unknown_parameter(response, sent)) is None:
                return judge_response(response, self._spec, dt.datetime.now(dt.UTC)), n_calls
            self._dialects.learn(base_url, model, dialect, parameter)

    async def _post(self, wire: Wire, sent: dict[str, Any]) -> Response | TryLater:
        spec = self._spec
        try:
            async with asyncio.timeout(spec.timeout_s):
                response = await wire.post(self._headers, json.dumps(sent).encode())
        except TimeoutError:
            return TryLater(f"no answer from {spec.base_url} within {spec.timeout_s:g} s (timeout_s)")
        except ConnectionBroken as error:
            return TryLater(self._mask.hide(f"the connection to {spec.base_url} broke: {error}"))
        except Unreachable as error:
            return TryLater(self._mask.hide(f"cannot reach {spec.base_url}: {error}"), is_unreachable=True)
        return with_real_status(replace(response, body=self._mask.hide(response.body)))


def with_real_status(response: Response) -> Response:
    """Put right a status of 200 over an error; OpenRouter and others say the real one in the body."""
    if response.status != 200 or '"choices"' in response.body:
        return response
    code = read_error(response.body).code
    is_status = code.isdigit() and 400 <= int(code) <= 599
    return replace(response, status=int(code)) if is_status else response
