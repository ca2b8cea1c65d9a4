"""Private addresses that messages may be sent to all the same."""

from evalhub import conf
from evalhub.core.addresses import Network, networks


def allowed_networks() -> list[Network]:
    """The networks of EVALHUB_WEBHOOK_ALLOWED."""
    return networks(conf.webhook_allowed())
