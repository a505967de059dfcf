"""The certificate a pool signs its SAML requests with."""

from typing import Any

from cognito_explorer.sandbox.federation.provider_keys import signing_key
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call


@operation("cognito-idp", "GetSigningCertificate")
def get_signing_certificate(call: Call) -> dict[str, Any]:
    """The certificate without header and line breaks; SAML providers that check requests need it."""
    pool_id = pool_of(call)["Id"]
    return {"Certificate": signing_key(call.world, pool_id).certificate_text}
