"""What a token is called: by its use, and by its form or issuer where it says none."""

from cognito_explorer.core.auth.tokens import DecodedToken, TokenKind
from cognito_explorer.core.insight.party_findings import is_of_identity_pool

_KINDS: dict[TokenKind, str] = {
    "id": "ID token",
    "access": "access token",
    "refresh": "refresh token",
    "other": "token",
}


def name_of(token: DecodedToken) -> str:
    """The words for it within a sentence; nothing in the token is believed.

    What is encrypted is a refresh token of Cognito's in the form alone that Cognito writes.
    """
    if token.kind == "refresh" and token.header and token.header.get("alg") != "RSA-OAEP":
        return "encrypted token"
    if token.payload == "token":
        return "nested JWT"
    if token.load_balancer:
        return "load balancer's user-claims header"
    if token.kind == "other" and is_of_identity_pool(token):
        return "identity-pool OpenID token"
    return _KINDS[token.kind]


def titled(name: str) -> str:
    """The same at the beginning of a line."""
    return name[:1].upper() + name[1:]
