"""Findings about x-amzn-oidc-data: what a load balancer tells the targets behind it of a user it signed in.

Source: Elastic Load Balancing, "Authenticate users using an Application Load Balancer": ES256, base64url with padding,
and signer, client, iss and exp in the header.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.insight.claim_types import type_findings
from cognito_explorer.core.insight.finding import Finding, TokenContext
from cognito_explorer.core.insight.party_findings import expected_findings
from cognito_explorer.core.insight.signature_findings import signature_findings
from cognito_explorer.core.insight.time_findings import time_findings
from cognito_explorer.core.insight.weak_spots import weak_spots

_WHY = "It is no token of the user pool: who is behind the load balancer reads it, and nobody else."
_WHY_SIGNER = "Every load balancer of every account signs with keys from the same place: only signer tells them apart."
_WHY_CLIENT = "The app client, or the client at another provider, that the load balancer signed the user in with."
# It has no iat, and what it says of people is what it is for.
_NEXT = "Take the one of the next request: a load balancer makes each anew."
_CHECKED = frozenset({"expiry", "beginning", "clock", "size"})


def user_claims_findings(token: DecodedToken, context: TokenContext, now: datetime) -> Iterator[Finding]:
    """Signature, use, signer, client, times, types and size; nothing is said of a user pool."""
    yield from signature_findings(token, context.signature)
    detail = (
        "It is x-amzn-oidc-data, for the targets behind the load balancer. ES256 and padding with “=” are part of it."
    )
    yield Finding("ok", "This is a load balancer's user-claims header.", detail, "use", "signer", _WHY)
    remedy = "Compare signer with your load balancer's ARN, and refuse it where that differs."
    title = "Whether signer is your load balancer is not known."
    yield Finding("unknown", title, token.load_balancer, "signer", "signer", _WHY_SIGNER, remedy)
    client = str(token.header["client"])[:200]
    yield Finding(
        "info", f"For the app client {client}.", "From client in the header.", "audience", "client", _WHY_CLIENT
    )
    yield from expected_findings(replace(token, header={}, claims=token.claims | {"client_id": client}), context)
    judged = (*time_findings(token, now, context.clock), *weak_spots(token, None))
    for each in judged:
        if each.check in _CHECKED:
            yield replace(each, remedy=_NEXT) if each.check == "expiry" and each.remedy else each
    yield from type_findings(token)
