"""One call to an OpenAI-compatible endpoint: what is sent, and what came back or why nothing did."""

import asyncio
import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import openai

from raters.protocol import RateRequest, RaterMisconfigured
from raters.provider_errors import Misconfigured, Rejected, TryLater, judge_error
from raters.reply import chat_messages, reply_format
from raters.spec import RaterSpec

CHARS_PER_TOKEN = 4
CONNECT_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a successful call."""

    body: str


class ChatCaller:
    """Holds the API key, and lets it out only in the request's header."""

    def __init__(self, spec: RaterSpec, api_key: str, transport: httpx2.AsyncBaseTransport | None) -> None:
        self._spec = spec
        self._prompt = spec.rubric
        self._api_key = api_key
        self._transport = transport

    def open_client(self, n_connections: int) -> openai.AsyncOpenAI:
        """Return a client to be used as an async context manager, in one event loop."""
        timeout = httpx2.Timeout(self._spec.timeout_s, connect=min(CONNECT_TIMEOUT_S, self._spec.timeout_s))
        limits = httpx2.Limits(max_connections=n_connections, max_keepalive_connections=n_connections)
        return openai.AsyncOpenAI(
            # The client insists on a key, which an endpoint without keys does not look at.
            api_key=self._api_key or "none",
            base_url=self._spec.base_url,
            # Retried by the caller, which knows the attempts, Retry-After and the other calls.
            max_retries=0,
            timeout=timeout,
            http_client=httpx2.AsyncClient(timeout=timeout, limits=limits, transport=self._transport),
        )

    def arguments(self, request: RateRequest) -> tuple[dict[str, Any], int]:
        """Build a call's arguments; also returns how many tokens, about, were cut from the document."""
        prompt = self._prompt.render(request)
        limit = self._spec.max_document_tokens * CHARS_PER_TOKEN
        n_cut = math.ceil(max(0, len(prompt.document) - limit) / CHARS_PER_TOKEN)
        messages = chat_messages(replace(prompt, document=prompt.document[:limit]), self._prompt.grades)
        decoding = {name: value for name, value in self._spec.decoding.items() if value is not None}
        return {
            "model": self._spec.model,
            "messages": messages,
            "response_format": reply_format(self._prompt.grades),
            "max_completion_tokens": decoding.pop("max_output_tokens"),
            **decoding,
        }, n_cut

    async def call(
        self, client: openai.AsyncOpenAI, arguments: dict[str, Any]
    ) -> Answer | TryLater | Rejected:
        """Make one call.

        Raises:
            RaterMisconfigured: the endpoint says that no call of this rater can succeed.
        """
        limit_s = self._spec.timeout_s
        try:
            async with asyncio.timeout(limit_s):
                response = await client.chat.completions.with_raw_response.create(**arguments)
            return Answer(self._hide_key(response.text))
        except TimeoutError:
            return TryLater(f"no answer from {self._spec.base_url} within {limit_s:g} s", None)
        except openai.APIError as error:
            verdict = judge_error(error, self._spec, dt.datetime.now(dt.UTC))
        if isinstance(verdict, Misconfigured):
            raise RaterMisconfigured(self._hide_key(verdict.remedy))
        return replace(verdict, detail=self._hide_key(verdict.detail))

    def _hide_key(self, text: str) -> str:
        # Providers echo a wrong key in their error; what we keep is stored and shown.
        return text.replace(self._api_key, "[API key]") if self._api_key else text
