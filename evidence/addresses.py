"""Which hosts and addresses a look-up may go to: public ones, spelt in the one way that has one meaning."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
# At least one dot and a last label with a letter first: no address in any spelling (decimal, octal, hex, short).
_NAME = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")
_LONGEST_NAME = 253
_GLOBAL_V6 = ip_network("2000::/3")
# Inside 2000::/3, and yet not one host on the public network: each may lead to an IPv4 address or to none.
_ODD: tuple[IPv4Network | IPv6Network, ...] = (
    ip_network("2001::/23"),  # IETF protocol assignments, Teredo and ORCHID among them (RFC 2928)
    ip_network("2001:db8::/32"),  # documentation (RFC 3849)
    ip_network("2002::/16"),  # 6to4 (RFC 3056)
    ip_network("3fff::/20"),  # documentation (RFC 9637)
    ip_network("192.88.99.0/24"),  # 6to4 relays (RFC 7526)
    ip_network("192.0.0.0/24"),  # IETF protocol assignments (RFC 6890)
    ip_network("168.63.129.16/32"),  # Azure's wire server: a public address with a machine's own secrets behind it
)


def plain_host(host: str) -> bool:
    """Whether `host` is a DNS name in small ASCII letters, without port, user, final dot or address in it."""
    return len(host) <= _LONGEST_NAME and _NAME.fullmatch(host) is not None


def public(address: str) -> bool:
    """Whether a textual IP address belongs to one host on the public network.

    IPv6 counts inside 2000::/3 alone, which leaves out every way to write an IPv4 address as an IPv6 one.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if "%" in address:  # a zone is a link of this very machine
        return False
    if not found.is_global or found.is_multicast or (found.version == 6 and found not in _GLOBAL_V6):
        return False
    return not any(found in network for network in _ODD)
