"""Where the built-in providers are, and how their addresses outlive a change of port."""

from urllib.parse import urlsplit, urlunsplit

from cognito_explorer.sandbox.world import World

MOUNT = "/_providers"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def browser_origin(world: World) -> str:
    """The sandbox as browsers name it: a loopback address cannot be a passkey's relying party, `localhost` can."""
    return world.endpoint.replace("127.0.0.1", "localhost")


def provider_url(world: World, provider: str) -> str:
    """The address of a built-in provider; of an OpenID provider it is the issuer."""
    return f"{browser_origin(world)}{MOUNT}/{provider}"


def current(world: World, url: str) -> str:
    """The URL as it is in this run: a pool keeps a built-in provider's address, but the sandbox's port changes."""
    if not is_loopback(url):
        return url
    parts = urlsplit(url)
    if not parts.path.startswith(f"{MOUNT}/"):
        return url
    here = urlsplit(browser_origin(world))
    return urlunsplit((here.scheme, here.netloc, parts.path, parts.query, ""))


def is_safe(url: str) -> bool:
    """Whether a browser or a secret may be sent there: by https, or to this machine."""
    try:
        parts = urlsplit(url)
        # Only asking for a port finds out that it is none.
        is_whole = (
            bool(parts.hostname)
            and parts.port != 0
            and not any(char.isspace() or not char.isprintable() for char in url)
        )
    except ValueError:
        return False
    return is_whole and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)))


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine; what is no URL leads nowhere.

    Browsers take a backslash for a slash, so "http://elsewhere\\@localhost" leads elsewhere.
    """
    if "\\" in url:
        return False
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False
