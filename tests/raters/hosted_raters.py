"""Hosted raters that wait for nothing, and pairs to grade."""

import random

from raters.dialect import Dialects
from raters.hosted import HostedRater
from raters.protocol import Outcome, RateRequest
from raters.tempo import Backoff
from tests.raters.fault_server import FaultServer
from tests.raters.providers import hosted_spec

QUICK = Backoff(max_attempts=3, base_s=0.01, max_wait_s=2.0)


def make_rater(
    server: FaultServer, backoff: Backoff = QUICK, dialects: Dialects | None = None, **fields: object
) -> HostedRater:
    spec = hosted_spec(base_url=server.base_url, **fields)
    known = Dialects() if dialects is None else dialects
    return HostedRater(spec, api_key="", rng=random.Random(0), backoff=backoff, dialects=known)


def requests(n: int) -> list[RateRequest]:
    return [RateRequest("tea", "", f"document {i}") for i in range(n)]


def only(rater: HostedRater) -> Outcome:
    ((_, outcome),) = rater.rate(requests(1))
    return outcome
