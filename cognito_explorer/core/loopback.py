"""Which addresses lead to this computer, the only ones that plain http may go to. Told from the text, nobody is asked.

What counts is where a connection would really go: an address by Python's own strict reading, or a name that is this
computer's wherever it is looked up. What programs read differently is nobody's: neither here, nor to be trusted.
"""

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

# With the root's dot, and below it, browsers keep the name at home (RFC 6761, section 6.3); a resolver may ask DNS, and
# whoever answers there would be spoken to in the clear.
_NAME, _BROWSERS_NAME = "localhost", re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*localhost\.?")
# Hosts that end so are read as IPv4 by browsers and by the C library: 127.1, 2130706433, 0x7f.1, 0177.0.0.1
# (WHATWG URL, “ends in a number”).
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))  # what IDNA takes for a dot (RFC 3490, section 3.1)


def is_loopback(url: str) -> bool:
    """Whether an address surely leads to this computer."""
    return not _is_veiled(url) and is_loopback_host(_host_of(url))


def is_loopback_host(host: str) -> bool:
    """The same of a host alone, an IPv6 address with or without its brackets."""
    found = _address(host)
    if found is None:
        return host.lower() == _NAME
    return (_mapped(found) or found).is_loopback


def _mapped(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    return address.ipv4_mapped if isinstance(address, IPv6Address) else None


def is_unclear(url: str) -> bool:
    """Whether programs differ on where an address leads: it may lead here though nobody sees it."""
    if _is_veiled(url):
        return True
    host = _host_of(url)
    found = _address(host)
    if found is not None:
        return (_mapped(found) or found).is_unspecified
    plain = unicodedata.normalize("NFKC", host).translate(_DOTS).lower()
    is_number = _NUMBER.fullmatch(plain.removesuffix(".").rpartition(".")[2]) is not None
    is_like_home = host != _NAME and (_BROWSERS_NAME.fullmatch(plain) is not None or is_loopback_host(plain))
    return is_number or is_like_home


def _is_veiled(url: str) -> bool:
    """urlsplit takes a backslash for a part of the name and leaves tabs out, where others end or refuse the host."""
    return "\\" in url or not url.isprintable() or " " in url


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """An address with a zone is one of a network card's, and none of ours."""
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return None if "%" in bare else ip_address(bare)
    except ValueError:
        return None
