"""Which URLs may be fetched: a table of attacks, each of which must end before a socket is opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import httpcore2
import pytest

from omnisupport.net.egress import EgressBlocked, EgressFailed, EgressPolicy
from omnisupport.net.fetch import Fetcher
from tests.net.servers import Names

LITERALS = [
    "http://127.0.0.1/",
    "http://127.255.255.254/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://168.63.129.16/",
    "http://[::1]/",
    "http://[::]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[::1/",
]
NAMES: dict[str, Sequence[Sequence[str]]] = {
    "public.test": [["93.184.216.34"]],
    "public6.test": [["2606:4700:4700::1111"]],
    "both.test": [["2606:4700:4700::1111", "93.184.216.34"]],
    "xn--e1afmkfd.xn--p1ai": [["77.88.8.8"]],
    "1.1.1.1": [["1.1.1.1"]],
    "2606:4700:4700::1111": [["2606:4700:4700::1111"]],
    "::ffff:8.8.8.8": [["::ffff:8.8.8.8"]],
    # what an attacker's own zone may answer
    "loopback.test": [["127.0.0.1"]],
    "metadata.test": [["169.254.169.254"]],
    "inside.test": [["10.20.30.40"]],
    "split.test": [["93.184.216.34", "10.0.0.1"]],
    "split6.test": [["93.184.216.34", "fd00::1"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "nat64.test": [["64:ff9b::a00:1"]],
    "sixtofour.test": [["2002:7f00:1::1"]],
    "teredo.test": [["2001:0:4136:e378:8000:63bf:80ff:fffe"]],
    "multicast.test": [["224.0.0.251"]],
    "unspecified.test": [["0.0.0.0"]],
    "azure.test": [["168.63.129.16"]],
    "empty.test": [[]],
    "localhost": [["127.0.0.1", "::1"]],
    "localhost.": [["127.0.0.1"]],
    "sub.localhost": [["127.0.0.1"]],
    "intranet": [["192.168.0.10"]],
}
# The name service answers a literal with itself.
NAMES |= {url.partition("//")[2].strip("/[]"): [[url.partition("//")[2].strip("/[]")]] for url in LITERALS}
BLOCKED = [
    # schemes
    "ftp://public.test/",
    "file:///etc/passwd",
    "gopher://public.test:80/_x",
    "dict://127.0.0.1:11211/stats",
    "data:text/html,x",
    "javascript:alert(1)",
    "ws://public.test/",
    "unix:///run/docker.sock",
    "//public.test/",
    "public.test",
    "",
    # ports
    "http://public.test:22/",
    "http://public.test:6379/",
    "https://public.test:8443/",
    "http://public.test:0/",
    "http://public.test:65536/",
    "http://public.test:99999999999/",
    # names that lead inside
    "http://loopback.test/",
    "https://metadata.test/latest/meta-data/",
    "http://inside.test/",
    "http://split.test/",
    "http://split6.test/",
    "http://mapped.test/",
    "http://nat64.test/",
    "http://sixtofour.test/",
    "http://teredo.test/",
    "http://multicast.test/",
    "http://unspecified.test/",
    "http://azure.test/",
    "http://empty.test/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://sub.localhost/",
    "http://intranet/",
    # addresses, and numbers that a resolver takes for one
    *LITERALS,
    "http://127.1/",
    "http://0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://010.8.8.8/",
    "http://127.0.0.1./",
    "http://127.0.0.0x1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://１２７.0.0.1/",
    "http://127%2e0%2e0%2e1/",
    "http://[fe80::1%25eth0]/",
    "http://[public.test]/",
    # parsers that disagree
    "http://public.test@127.0.0.1/",
    "http://user:secret@public.test/",
    "http://127.0.0.1#@public.test/",
    "http://127.0.0.1\\@public.test/",
    "http://public.test\\@127.0.0.1/",
    "http://127.0.0.1\t.public.test/",
    "http://public.test /",
    "http://public.test/\r\nHost: inside",
    "http://public.test/\x00",
    "http://public.test%00.inside/",
    "http://pub\u200blic.test%2f/",
    "http://-..-/",
    "http://" + "a" * 5000 + "/",
]
ALLOWED = {
    "http://public.test/": [("93.184.216.34", 80)],
    "https://public.test/path?q=1#part": [("93.184.216.34", 443)],
    "HTTPS://Public.TEST:443/": [("93.184.216.34", 443)],
    "http://public6.test/": [("2606:4700:4700::1111", 80)],
    "http://both.test/": [("2606:4700:4700::1111", 80), ("93.184.216.34", 80)],
    "http://пример.рф/": [("77.88.8.8", 80)],
    "http://1.1.1.1/": [("1.1.1.1", 80)],
    "https://[2606:4700:4700::1111]/": [("2606:4700:4700::1111", 443)],
    "http://[::ffff:8.8.8.8]/": [("::ffff:8.8.8.8", 80)],
}


class Sockets(httpcore2.AsyncNetworkBackend):
    """Opens nothing, and remembers where it was asked to connect."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.asked.append((host, port))
        raise httpcore2.ConnectError("the test opens no sockets")


def test_the_table_is_long_enough() -> None:
    assert len(set(BLOCKED)) >= 60


@pytest.mark.parametrize("url", BLOCKED)
async def test_an_attack_is_refused_before_a_socket_is_opened(url: str) -> None:
    sockets = Sockets()
    with pytest.raises(EgressBlocked) as refusal:
        await Fetcher(EgressPolicy(), resolve=Names(NAMES), sockets=sockets).fetch("GET", url)
    assert (refusal.value.code, refusal.value.status) == ("egress_blocked", 422)
    assert (refusal.value.sent, refusal.value.retryable, sockets.asked) == (False, False, [])


@pytest.mark.parametrize("url", ALLOWED)
async def test_a_public_address_is_connected_as_it_was_resolved(url: str) -> None:
    sockets = Sockets()
    with pytest.raises(EgressFailed) as failure:
        await Fetcher(EgressPolicy(), resolve=Names(NAMES), sockets=sockets).fetch("POST", url, json={})
    assert sockets.asked == ALLOWED[url]
    assert (failure.value.sent, failure.value.retryable) == (False, True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "2130706433", "[::1]"])
async def test_the_resolver_of_the_machine_opens_no_way_around(host: str) -> None:
    sockets = Sockets()
    with pytest.raises(EgressBlocked):
        await Fetcher(EgressPolicy(), sockets=sockets).fetch("GET", f"http://{host}/")
    assert sockets.asked == []


async def test_a_refusal_does_not_tell_the_inner_address() -> None:
    with pytest.raises(EgressBlocked) as refusal:
        await Fetcher(EgressPolicy(), resolve=Names(NAMES)).fetch("GET", "http://inside.test/")
    assert "10.20" not in str(refusal.value)


def test_the_allow_list_takes_pairs_only() -> None:
    policy = EgressPolicy.parse(" 127.0.0.1:8081, [::1]:9000 ,Shop.Internal:80,")
    assert policy.is_allowed("127.0.0.1", 8081)
    assert policy.is_allowed("shop.internal.", 80)
    assert policy.is_allowed("::1", 9000)
    assert not policy.is_allowed("127.0.0.1", 80)
    assert not policy.is_allowed("localhost", 8081)
    assert not policy.is_allowed("evil.shop.internal", 80)
    assert EgressPolicy.parse("") == EgressPolicy()


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "host:", ":80", "host:0", "host:65536", "*:80", "http://h:80", "h:8x"]
)
def test_a_malformed_allow_list_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="OMNI_EGRESS_ALLOW"):
        EgressPolicy.parse(text)


def test_an_allowed_pair_opens_no_other_port_of_the_host() -> None:
    policy = EgressPolicy.parse("shop.internal:8081")
    assert policy.check_url("http://shop.internal:8081/x").port == 8081
    with pytest.raises(EgressBlocked):
        policy.check_url("http://shop.internal:8082/x")
    with pytest.raises(EgressBlocked):
        policy.check_addresses("shop.internal", 80, ["10.0.0.1"])
