"""Web addresses as a person may look at them before trusting them: no letter stands for another one."""

from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

LETTERS_SAID = "Its name holds letters of another alphabet (xn--): it is not the name it may look like."
_ALIEN = "xn--"  # how a label begins that stands for letters outside ASCII (RFC 5890, section 2.3.2.1)
_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))


def plain_host(host: str) -> str:
    """A host in ASCII, as it is looked up: each label of other letters begins with xn--."""
    return ".".join(_plain_label(label) for label in host.split("."))


def plain_address(url: str) -> str:
    """An address with its host in ASCII, without what stands before an @, and with everything unprintable written out.

    One that hides its host behind a backslash, or that nobody can read, is shown whole.
    """
    parts = None if "\\" in url else _split(url)
    if parts is None:
        return quote(url, safe=_PRINTABLE)
    host, port = _port_apart(parts.netloc.rpartition("@")[2])
    rest = (quote(part, safe=_PRINTABLE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, plain_host(host) + port, *rest))


def plain_place(url: str) -> str:
    """The same without its path: in a short place a long path would hide where the host ends."""
    shown = plain_address(url)
    parts = None if "\\" in shown else _split(shown)
    return f"{parts.scheme}://{parts.netloc}" if parts is not None and parts.netloc else shown


def has_other_letters(url: str) -> bool:
    """Whether its host is written in letters that may look like others, or stands for such."""
    shown = plain_place(url)
    return _ALIEN in shown.lower() or (not url.isascii() and "%" in shown)


def _plain_label(label: str) -> str:
    if not label.isascii():
        try:
            label = label.encode("idna").decode()
        except UnicodeError:  # a label that nobody may register is named all the same
            label = f"{_ALIEN}{label.encode('punycode').decode()}"
    return quote(label, safe=_PRINTABLE)


def _port_apart(place: str) -> tuple[str, str]:
    host, colon, port = place.rpartition(":")
    return (host, f":{quote(port, safe=_PRINTABLE)}") if colon and not place.endswith("]") else (place, "")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
