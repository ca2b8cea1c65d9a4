"""Which addresses messages may go to: hand-picked from the registries of IANA."""

import pytest

from evalhub.core.addresses import is_reachable, networks

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # metadata of most clouds
    "100.100.100.200",  # of Alibaba
    "168.63.129.16",  # of Azure
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",  # metadata of AWS
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "fec0::1",  # site-local: deprecated, and routed in some networks to this day
    "64:ff9b:1:a9fe:a9:fe00:808:808",  # RFC 6052: 169.254.169.254 stands behind the first 48 bits
    "64:ff9b:1::808:808",
    "192.88.99.1",  # relays of 6to4, withdrawn
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not is_reachable(address, [])


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_not(address: str) -> None:
    assert is_reachable(address, [])


def test_what_is_listed_is_allowed_and_nothing_beside_it() -> None:
    allowed = networks(["10.1.0.0/16", " ::1 ", ""])
    assert [is_reachable(one, allowed) for one in ("10.1.2.3", "::1", "::ffff:10.1.2.3")] == [True] * 3
    assert [is_reachable(one, allowed) for one in ("10.2.0.1", "127.0.0.1")] == [False] * 2
