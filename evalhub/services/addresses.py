"""Where a request comes from."""

from collections.abc import Mapping
from ipaddress import ip_address

from evalhub import conf


def client_address(meta: Mapping[str, object]) -> str | None:
    """The address of who asks.

    Each of the installation's own proxies adds the address it was asked from to X-Forwarded-For; what stands
    before those was written by whoever asked, and is not believed.
    """
    n_proxies = conf.n_proxies()
    told = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    is_told = 0 < n_proxies <= len(told)
    found = told[-n_proxies] if is_told else str(meta.get("REMOTE_ADDR", ""))
    try:
        return str(ip_address(found))
    except ValueError:  # a Unix socket has none
        return None
