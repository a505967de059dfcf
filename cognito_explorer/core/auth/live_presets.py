"""How each kind of API wants to be asked with a token: method, header and body. Pure.

Sources: API Gateway developer guide, "Integrate a REST API with an Amazon Cognito user pool" (the token in the header
that the authorizer names) and "Control access to HTTP APIs with JWT authorizers" (with or without Bearer); AppSync
developer guide, "Configuring authorization and authentication" (the token alone, and POST with a GraphQL document);
Elastic Load Balancing, "Verify JWTs using an Application Load Balancer" (Bearer) and "Authenticate users using an
Application Load Balancer" (x-amzn-oidc-accesstoken).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from cognito_explorer.core.auth.live_check import SMALLEST_QUERY, Method, Style, host_of


@dataclass(frozen=True, slots=True)
class LivePreset:
    """What to begin with for one kind of API; all of it may be changed before it is sent."""

    name: str
    method: Method = "GET"
    style: Style = "bearer"
    body: str = ""


ANY = LivePreset("Any API")
APP_SYNC = LivePreset("AppSync", "POST", "alone", SMALLEST_QUERY)
ALB = LivePreset("ALB, JWT verification")
PRESETS = (
    ANY,
    LivePreset("REST API", style="alone"),
    LivePreset("HTTP API"),
    APP_SYNC,
    ALB,
    LivePreset("Target of an ALB", style="alb"),
)


def preset_for(url: str) -> LivePreset:
    """The kind of API that an address speaks of. API Gateway's own addresses do not tell REST from HTTP APIs."""
    host = host_of(url).partition(":")[0]
    if ".appsync-api." in host or (host and urlsplit(url).path.rstrip("/").endswith("/graphql")):
        return APP_SYNC
    return ALB if host.endswith((".elb.amazonaws.com", ".elb.amazonaws.com.cn")) else ANY
