"""Tokens of somebody of the demo world, by password and without pages."""

from cognito_explorer.core.auth.tokens import TokenSet, token_set
from tests.sandbox.hosted_ui.browser import PASSWORD, POOL, WEB
from tests.sandbox_fixture import RunningSandbox


def signed_in(running: RunningSandbox, username: str, client_id: str = WEB) -> TokenSet:
    """A fresh sign-in in the pool `moonletter`."""
    answer = running.public_client("cognito-idp").initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    named = {"id_token": answer["IdToken"], "access_token": answer["AccessToken"], "expires_in": answer["ExpiresIn"]}
    return token_set(named, POOL, client_id, refresh_token=answer["RefreshToken"])
