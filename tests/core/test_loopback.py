"""Plain http goes to this computer alone: what leads here, what does not, and what nobody can tell."""

import socket
from ipaddress import ip_address

import pytest

from cognito_explorer.core.auth.foreign_keys import key_address
from cognito_explorer.core.aws.http import check_address, is_safe
from cognito_explorer.core.aws.shared_profiles import SharedProfile
from cognito_explorer.core.errors import ExplorerError, InvalidInput
from cognito_explorer.core.loopback import is_loopback, is_loopback_host, is_unclear
from cognito_explorer.core.profile_transfer import foreign_places
from cognito_explorer.core.profiles import Profile, check_profile, check_protected

HERE = (
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.254",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::0001]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7F00:1]",
    "localhost",
    "LocalHost",
)
ELSEWHERE = (
    "localhost.evil.com",
    "localhost.evil.com.",
    "127.0.0.1.nip.io",
    "127.0.0.1.evil.com",
    "notlocalhost",
    "evil-localhost",
    "localhost-evil",
    "localhost.localdomain",
    "128.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "[::2]",
    "[::7f00:1]",
    "[fe80::1]",
    "[::ffff:10.0.0.1]",
    "xn--lcalhost-n4a",
    "loc%61lhost",
    "[::1%25lo]",
    ".localhost",
    "..localhost",
    "-.localhost",
    "localhost..",
    "cognito-idp.us-east-1.amazonaws.com",
    "",
)
UNCLEAR = (
    "localhost.",
    "app.localhost",
    "eu-central-1.localhost",
    "cognito_idp.eu-central-1.LOCALHOST.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0X7F.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.01",
    "127.0.0.1.",
    "127.0.0.1..0x",
    "1.2.3.4.5",
    "evil.com.1",
    "999.0.0.1",
    "0",
    "0.0.0.0",
    "[::]",
    "１２７.0.0.1",
    "127。0。0。1",
    "ｌocalhost",
    "localhost。",
    "localhost\\.evil.com",
    "evil.com\\@localhost",
    "localhost\\@evil.com",
    "evil.com\\@127.0.0.1",
    "[::ffff:0.0.0.0]",
    "127.0.0.1/a b",
    "[::1]/x y",
    "loc\talhost",
    "local\u200bhost",
    "localhost evil.com",
)


def profile_at(url: str) -> Profile:
    return Profile("p", "p", "keys", "us-east-1", "", url, access_key_id="AKIA", secret_access_key="s")


@pytest.mark.parametrize("host", HERE)
@pytest.mark.parametrize("port", ["", ":9229"])
def test_what_leads_here_may_be_spoken_to_by_plain_http(host: str, port: str) -> None:
    url = f"http://{host}{port}/path"
    assert is_loopback(url)
    assert is_loopback_host(host)
    assert not is_unclear(url)
    check_address(url)
    check_protected(url)
    check_profile(profile_at(url))
    assert foreign_places(profile_at(url)) == ()
    assert not SharedProfile("p", "", "keys", endpoint_url=url).is_endpoint_foreign


@pytest.mark.parametrize("host", [*ELSEWHERE, *UNCLEAR])
def test_to_all_else_plain_http_is_refused(host: str) -> None:
    url = f"http://{host}/path"
    assert not is_loopback(url)
    assert not is_safe(url)
    for check in (check_protected, lambda url: check_profile(profile_at(url))):
        with pytest.raises(InvalidInput):
            check(url)
    assert SharedProfile("p", "", "keys", endpoint_url=url).is_endpoint_foreign or host.endswith(".amazonaws.com")
    assert foreign_places(profile_at(url))


@pytest.mark.parametrize("host", ELSEWHERE[:-1])
def test_another_computer_is_spoken_to_by_https(host: str) -> None:
    check_address(f"https://{host}/path")


@pytest.mark.parametrize("host", UNCLEAR)
def test_what_programs_read_differently_is_refused_by_https_too(host: str) -> None:
    url = f"https://{host}/path"
    assert is_unclear(url)
    assert not is_safe(url)
    with pytest.raises(InvalidInput):
        check_profile(profile_at(url))
    with pytest.raises(ExplorerError):
        key_address("https://issuer.example", {"issuer": "https://issuer.example", "jwks_uri": url})


@pytest.mark.parametrize("host", HERE)
def test_no_strangers_discovery_leads_here(host: str) -> None:
    with pytest.raises(ExplorerError, match="were not taken"):
        key_address("https://issuer.example", {"issuer": "https://issuer.example", "jwks_uri": f"https://{host}/keys"})


@pytest.mark.parametrize("host", [host for host in HERE if host.strip("[]")[0] in "1:0"])
def test_a_socket_would_really_go_to_this_computer(host: str) -> None:
    place = socket.getaddrinfo(host.strip("[]"), 80, type=socket.SOCK_STREAM)[0][4][0]
    found = ip_address(place)
    assert (getattr(found, "ipv4_mapped", None) or found).is_loopback


@pytest.mark.parametrize("url", ["", "localhost", "http:\\\\localhost", "http:///localhost", "http://[::1", "http://["])
def test_what_is_no_address_leads_nowhere(url: str) -> None:
    assert not is_loopback(url)
    assert not is_safe(url)
