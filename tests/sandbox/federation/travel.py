"""People on their way through an external provider, with a pool of their own to come to."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn
from tests.sandbox.pools import PoolUnderTest, make_pool
from tests.sandbox_fixture import RunningSandbox, direct

SECRET = "moonbook-secret-of-cognito"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
LUNA = "Moonbook_104771900016512340001"
MOONBOOK_PEOPLE = {"luna": "104771900016512340001", "ada": "104771900016512340002", "mina": "104771900016512340003"}


@dataclass
class Harbour:
    """A pool that takes people from Moonbook and Moonlight Corp, its domain and its client."""

    pool: PoolUnderTest
    domain: str

    @property
    def sandbox(self) -> RunningSandbox:
        """Where it is."""
        return self.pool.sandbox

    def browser(self) -> Browser:
        """A browser at the pool's domain."""
        return Browser(self.sandbox, self.domain)

    def request(self, **changed: str) -> SignIn:
        """An authorization request of the pool's client."""
        return SignIn(**{"client_id": self.pool.client_id, "scope": "openid email profile"} | changed)

    def user(self, username: str) -> dict[str, str]:
        """A user's attributes as the administrator sees them, with the status under `status`."""
        found = self.pool.idp.admin_get_user(UserPoolId=self.pool.pool_id, Username=username)
        attributes = {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}
        return attributes | {"status": found["UserStatus"], "username": found["Username"]}

    def update_provider(self, name: str, **changed: Any) -> None:
        """UpdateIdentityProvider."""
        self.pool.idp.update_identity_provider(UserPoolId=self.pool.pool_id, ProviderName=name, **changed)

    def allow(self, **settings: Any) -> None:
        """Set the client up for the pages."""
        usual = {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "profile"],
            "SupportedIdentityProviders": ["Moonbook"],
            "CallbackURLs": [CALLBACK],
            "LogoutURLs": ["http://localhost:8400/logout"],
        }
        self.pool.idp.update_user_pool_client(
            UserPoolId=self.pool.pool_id, ClientId=self.pool.client_id, **usual | settings
        )

    def drop(self) -> None:
        """Give the domain back."""
        self.pool.idp.delete_user_pool_domain(UserPoolId=self.pool.pool_id, Domain=self.domain)


def make_harbour(
    sandbox: RunningSandbox, domain: str, *, providers: tuple[str, ...] = ("Moonbook",), **settings: Any
) -> Harbour:
    """A fresh pool with both built-in providers; its client offers those that are named."""
    return open_harbour(make_pool(sandbox, **settings), domain, providers=providers)


def open_harbour(pool: PoolUnderTest, domain: str, *, providers: tuple[str, ...] = ("Moonbook",)) -> Harbour:
    """A pool with both built-in providers and a domain; its client offers the providers that are named."""
    add_moonbook(pool)
    add_moonlight(pool)
    harbour = Harbour(pool, domain)
    harbour.allow(SupportedIdentityProviders=list(providers))
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain)
    return harbour


def add_moonbook(pool: PoolUnderTest, **details: str) -> None:
    """*Sign in with Moonbook*, by discovery."""
    pool.idp.create_identity_provider(
        UserPoolId=pool.pool_id,
        ProviderName="Moonbook",
        ProviderType="OIDC",
        ProviderDetails=moonbook_details(pool.sandbox, **details),
        AttributeMapping={"email": "email", "email_verified": "email_verified", "name": "name"},
    )


def moonbook_details(sandbox: RunningSandbox, **changed: str) -> dict[str, str]:
    """ProviderDetails for Moonbook."""
    return {
        "client_id": "moonbook-client-of-cognito",
        "client_secret": SECRET,
        "authorize_scopes": "openid email profile",
        "oidc_issuer": f"{sandbox.browser_origin}/_providers/moonbook",
        "attributes_request_method": "GET",
    } | changed


def add_moonlight(pool: PoolUnderTest, **details: str) -> None:
    """Moonlight Corp, by its metadata file."""
    with direct.open(f"{pool.sandbox.endpoint}/_providers/moonlight/metadata", timeout=10) as answer:
        metadata = answer.read().decode()
    pool.idp.create_identity_provider(
        UserPoolId=pool.pool_id,
        ProviderName="MoonlightCorp",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": metadata} | details,
        AttributeMapping={"email": f"{CLAIMS}/emailaddress", "name": f"{CLAIMS}/name"},
    )


def travel(harbour: Harbour, browser: Browser, person: str, **changed: str) -> tuple[SignIn, httpx.Response]:
    """From the application to a provider, as a person there, and back: the request and the redirect at its end."""
    attempt = harbour.request(**changed)
    page = browser.go("oauth2/authorize", **attempt.query)
    return attempt, finish(browser, page, person)


def finish(browser: Browser, page: httpx.Response, person: str) -> httpx.Response:
    """From a provider's login page to the end of the road; a form that sends itself is sent."""
    if "Who are you today?" in page.text:
        page = browser.submit(page, person=person)
    while page.status_code == 200 and 'id="onward"' in page.text:
        page = browser.submit(page)
    return page


def told(response: httpx.Response) -> dict[str, str]:
    """The parameters of a redirect to the application."""
    assert response.status_code == 302, response.text
    assert response.headers["location"].startswith(CALLBACK), response.headers["location"]
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))
