"""Which network addresses are of the public internet."""

import ipaddress
from collections.abc import Iterable, Sequence

from evalhub.core.errors import UserError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Public by its number, but answered by the host of an Azure machine.
AZURE_WIRE = ipaddress.ip_address("168.63.129.16")
# RFC 6052: the last 32 bits are an IPv4 address.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Global by Python's tables, and refused as a whole.
NOT_PUBLIC = (
    ipaddress.ip_network("64:ff9b:1::/48"),  # RFC 8215: an IPv4 address stands wherever its owner wants it
    ipaddress.ip_network("192.88.99.0/24"),  # RFC 7526: relays of 6to4, withdrawn
    ipaddress.ip_network("fec0::/10"),  # RFC 3879: site-local, deprecated and still routed here and there
    ipaddress.ip_network(AZURE_WIRE),
)
COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291, deprecated


class UnableToReadNetworks(UserError):
    """What is listed is neither a network nor an address."""


def networks(texts: Iterable[str]) -> list[Network]:
    """Networks and single addresses as they are written in a list.

    Raises:
        UnableToReadNetworks: one is neither.
    """
    return [_network(text.strip()) for text in texts if text.strip()]


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise UnableToReadNetworks(
            f"EVALHUB_WEBHOOK_ALLOWED: {text[:100]!r} is no network; write networks or addresses with commas "
            "between them, such as 10.0.0.0/8,192.168.1.7"
        ) from None


def is_reachable(text: str, allowed: Sequence[Network]) -> bool:
    """Whether messages may be sent to a resolved address: a public one, or one of the allowed networks."""
    address = ipaddress.ip_address(text)
    return all(_is_public(one) or _is_in(one, allowed) for one in _meant(address))


def _meant(address: Address) -> list[Address]:
    """The address, or those that it carries inside: whoever routes it may unpack them."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    inside: list[Address] = [address]
    if address.sixtofour:
        inside.append(address.sixtofour)
    if address.teredo:
        inside.extend(address.teredo)
    if address in NAT64:
        return [_last_32_bits(address)]
    if address in COMPATIBLE and int(address) > 1:
        inside.append(_last_32_bits(address))
    return inside


def _last_32_bits(address: ipaddress.IPv6Address) -> Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _is_public(address: Address) -> bool:
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special and not _is_in(address, NOT_PUBLIC)


def _is_in(address: Address, allowed: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in allowed)
