"""An address is judged by what a packet to it may reach, however it is written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisupport.net.addresses import is_public

SPECIAL_V4 = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
]
PUBLIC_V4 = ["1.1.1.1", "8.8.8.8", "77.88.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1"]
SPECIAL_V6 = [
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b:1::808:808",
    "100::1",
    "2001:1::1",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC_V6 = ["2001:4860:4860::8888", "2606:4700:4700::1111", "2a02:6b8::feed:0ff"]


def mapped(v4: IPv4Address) -> str:
    return str(IPv6Address((0xFFFF << 32) | int(v4)))


def nat64(v4: IPv4Address) -> str:
    return str(IPv6Address(int(IPv6Address("64:ff9b::")) | int(v4)))


def six_to_four(v4: IPv4Address) -> str:
    return str(IPv6Address((0x2002 << 112) | (int(v4) << 80) | 1))


def teredo(server: IPv4Address, client: IPv4Address) -> str:
    return str(IPv6Address((0x20010000 << 96) | (int(server) << 64) | (int(client) ^ 0xFFFFFFFF)))


@pytest.mark.parametrize("text", [*SPECIAL_V4, *SPECIAL_V6, "localhost", "", "127.1", "8.8.8.8/32"])
def test_special_addresses_are_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize("text", [*PUBLIC_V4, *PUBLIC_V6])
def test_addresses_of_internet_hosts_are_public(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize("wrap", [mapped, nat64, six_to_four])
@pytest.mark.parametrize("v4", [*SPECIAL_V4, *PUBLIC_V4])
def test_a_wrapped_address_is_judged_by_what_is_inside(wrap, v4: str) -> None:  # type: ignore[no-untyped-def]
    assert is_public(wrap(IPv4Address(v4))) == is_public(v4)


@pytest.mark.parametrize("inner", SPECIAL_V4)
def test_a_tunnel_is_refused_for_either_end(inner: str) -> None:
    good, bad = IPv4Address("8.8.8.8"), IPv4Address(inner)
    assert is_public(teredo(good, good))
    assert not is_public(teredo(good, bad))
    assert not is_public(teredo(bad, good))


@given(st.ip_addresses(v=4, network="10.0.0.0/8"), st.sampled_from([mapped, nat64, six_to_four]))
def test_no_wrapping_hides_a_private_network(address: IPv4Address, wrap) -> None:  # type: ignore[no-untyped-def]
    assert not is_public(wrap(address))
