"""A host whose name leads nowhere is no host that does not answer: what to say of it."""

import socket
from urllib.parse import urlsplit

from cognito_explorer.core.errors import Unreachable

_CODE = "EndpointConnectionError"
# What urllib3 and the C library raise where a name is not known.
_NAME_ERROR = "NameResolutionError"


def unknown_host(trouble: Exception, action: str) -> Unreachable | None:
    """What to say where botocore found no address for an endpoint's name; None of any other trouble."""
    facts = getattr(trouble, "kwargs", {})
    if type(trouble).__name__ != _CODE or not _is_of_name(facts.get("error")):
        return None
    host = urlsplit(str(facts.get("endpoint_url", ""))).hostname or "the endpoint"
    rest = "heck the network, its DNS, and how the address is spelled."
    why = _why(host)
    hint = f"{why} Otherwise c{rest}" if why else f"C{rest}"
    found = Unreachable(f"No computer is known by the name {host}.", hint, code=_CODE, operation=action)
    found.said = str(trouble)
    return found


def _why(host: str) -> str:
    """FIPS and dual-stack hosts exist for some services in some Regions, and botocore makes a name for any."""
    first = host.partition(".")[0]
    if "fips" in first.split("-") or ".fips." in host:
        return "It is a FIPS endpoint's name: not every service has one in every Region. Try without FIPS."
    if ".api.aws" in host or ".dualstack." in host or ".api.amazonwebservices" in host:
        return "It is a dual-stack endpoint's name: not every service has one in every Region. Try without dual-stack."
    return ""


def _is_of_name(error: object) -> bool:
    chain = (error, getattr(error, "__cause__", None), getattr(error, "__context__", None))
    return any(isinstance(each, socket.gaierror) or type(each).__name__ == _NAME_ERROR for each in chain)
