"""What may be visited, and that names, spellings and redirects lead nowhere else."""

import ipaddress
import itertools
import socket
from ipaddress import ip_address

import pytest

from readlist_site.base.link_fetch.ssrf_guard import SPECIAL_PURPOSE, ForbiddenUrl, SsrfGuard, is_public, look_up


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450::1"])
def test_the_open_internet_may_be_visited(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "127.0.0.1",
        "127.1.2.3",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "4000::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "5f00::1",
        "100:0:0:1::1",
        "192.31.196.1",
        "192.175.48.1",
        "2620:4f:8000::1",
        "2001:4:112::1",
    ],
)
def test_nothing_else_may(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("block", SPECIAL_PURPOSE, ids=str)
def test_no_block_with_a_special_purpose_may_from_its_first_address_to_its_last(block):
    assert not is_public(block[0])
    assert not is_public(block[-1])
    assert not is_public(block[block.num_addresses // 2])


def test_what_python_knows_as_private_is_in_the_list_too():
    """Its tables are its own, and grow: a newer Python may know a block that the list lacks."""
    tables = (ipaddress._IPv4Constants._private_networks, ipaddress._IPv6Constants._private_networks)
    unknown = [
        network
        for network in itertools.chain(*tables)
        if not any(network.version == block.version and network.subnet_of(block) for block in SPECIAL_PURPOSE)
    ]
    assert unknown == []


def test_no_block_of_the_list_is_inside_of_another():
    for one, other in itertools.permutations(SPECIAL_PURPOSE, 2):
        assert one.version != other.version or not one.overlaps(other), f"{one} {other}"


@pytest.mark.parametrize("address", ["3fff:1000::1", "192.31.197.1", "2001:200::1", "198.20.0.1", "223.255.255.255"])
def test_what_lies_right_beside_a_special_block_may(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "//example.org/",
        "example.org",
        "http://",
        "http:///etc",
        "http://ada:secret@example.org/",
        "http://@example.org/",
        "http://example.org:22/",
        "http://example.org:8000/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://exa mple.org/",
        "http://exa\\mple.org/",
        "http://[::1",
        "http://a..b/",
        f"http://{'a' * 64}.org/",
        f"http://example.org/{'a' * 3000}",
    ],
)
def test_what_is_no_plain_web_address_is_not_even_looked_up(url):
    def never(host, port):
        pytest.fail(f"{host} was looked up")

    with pytest.raises(ForbiddenUrl):
        SsrfGuard(look_up=never).target(url)


def test_every_address_of_a_name_is_checked():
    for addresses in (["8.8.8.8", "127.0.0.1"], ["::1", "8.8.8.8"], []):
        with pytest.raises(ForbiddenUrl, match="not_public"):
            SsrfGuard(look_up=lambda host, port, found=addresses: found).target("https://example.org/")


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "localhost"])
def test_this_machine_is_refused_in_every_spelling(host):
    with pytest.raises(ForbiddenUrl, match="not_public"):
        SsrfGuard(look_up=spelled_out).target(f"http://{host}/")


def spelled_out(host, port):
    """The system's own reading, which takes these spellings for addresses. None of them needs a name server."""
    return [socket.inet_ntoa(socket.inet_aton(host))] if host[0].isdigit() else look_up(host, port)


def test_a_name_in_other_letters_is_looked_up_as_name_servers_know_it():
    target = SsrfGuard(look_up=lambda host, port: ["8.8.8.8"]).target("https://bücher.example/a b/ü?q=ö#top")
    assert (target.host, target.port, target.addresses) == ("xn--bcher-kva.example", 443, ("8.8.8.8",))
    assert target.path == "/a%20b/%C3%BC?q=%C3%B6"
