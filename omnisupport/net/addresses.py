"""Which IP addresses belong to the public internet, told without trusting the way they are written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address

# RFC 6052: a translator on the way turns the last 32 bits into an IPv4 destination.
NAT64 = IPv6Network("64:ff9b::/96")
# Everything that IANA has given out for hosts on the internet (RFC 4291 2.4); all else is special.
GLOBAL_UNICAST = IPv6Network("2000::/3")
NEVER_V6 = (
    # Protocol assignments (RFC 2928), no hosts of the web; later patches of Python 3.11 call parts of it global.
    IPv6Network("2001::/23"),
    IPv6Network("3fff::/20"),  # documentation (RFC 9637), younger than the tables of Python 3.11
)
NEVER_V4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; another cloud's metadata is at .192
    IPv4Network("168.63.129.16/32"),  # the metadata and agent service of one cloud hides at a public address
    IPv4Network("192.88.99.0/24"),  # retired 6to4 relays (RFC 7526)
)


def unwrap(address: IPAddress) -> tuple[IPAddress, ...]:
    """Return the addresses that a packet to `address` may really reach.

    v4-mapped, 6to4 and NAT64 hide one IPv4 address, Teredo two (its server and its client).
    """
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if address in NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return (address,)


def is_public(text: str) -> bool:
    """Tell whether connecting to this address stays on the public internet.

    Private, loopback, link-local, shared, reserved, documentation and multicast ranges do not, in
    whatever IPv6 form they are wrapped; nor does a text that is no address.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return all(_is_public_plain(target) for target in unwrap(address))


def _is_public_plain(address: IPAddress) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NEVER_V4)
    return address in GLOBAL_UNICAST and not any(address in network for network in NEVER_V6)
