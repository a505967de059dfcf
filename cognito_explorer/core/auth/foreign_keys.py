"""The keys of an issuer that is not AWS's, fetched only from one that a person named: never from what a token says."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.auth.signatures import KeySet, KeySource
from cognito_explorer.core.aws.http import HttpRequest, check_address
from cognito_explorer.core.errors import Unreachable
from cognito_explorer.core.loopback import is_loopback

if TYPE_CHECKING:
    from cognito_explorer.core.aws.http import Http


async def keys_of_issuer(http: "Http", issuer: str) -> KeySet:
    """By its discovery document, which must be about this very issuer (OpenID Connect Discovery 1.0, section 4.3).

    Raises ExplorerError where it publishes no keys, and for an address that is neither HTTPS nor on this computer.
    """
    answer = await http.send(HttpRequest(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if answer.status != 200:
        raise Unreachable("The issuer publishes no keys.", f"Its discovery document answered {answer.status}.")
    return KeySet(await http.key_set(key_address(issuer, answer.document)), KeySource("issuer", issuer))


def key_address(issuer: str, discovery: Mapping[str, Any]) -> str:
    """Where a discovery document says that its issuer's keys are. No stranger has this computer asked for anything.

    Raises ExplorerError.
    """
    if discovery.get("issuer") != issuer:
        raise Unreachable("The issuer's keys were not taken.", "Its discovery document is about another issuer.")
    address = discovery.get("jwks_uri")
    if not isinstance(address, str):
        raise Unreachable("The issuer publishes no keys.", "Its discovery document names no jwks_uri.")
    check_address(address)
    if is_loopback(address) and not is_loopback(issuer):
        raise Unreachable("The issuer's keys were not taken.", "Its discovery document leads to this computer.")
    return address
