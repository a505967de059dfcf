"""The built-in providers: two of our own, and stand-ins for the public ones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brand:
    """A provider's name and what its page says of it."""

    key: str
    name: str
    motto: str


MOONBOOK = Brand("moonbook", "Moonbook", "Everybody you know, by moonlight")
MOONLIGHT = Brand("moonlight", "Moonlight Corp", "Single sign-on for people who work here")
# Moonbook knows this one client; it is published, for it opens nothing but this invented world.
MOONBOOK_CLIENT_ID = "moonbook-client-of-cognito"
MOONBOOK_CLIENT_SECRET = "moonbook-secret-of-cognito"  # noqa: S105
_STAND_INS = {
    "Google": Brand("google", "Google, played by the sandbox", "No request leaves this computer"),
    "Facebook": Brand("facebook", "Facebook, played by the sandbox", "No request leaves this computer"),
    "LoginWithAmazon": Brand("amazon", "Amazon, played by the sandbox", "No request leaves this computer"),
    "SignInWithApple": Brand("apple", "Apple, played by the sandbox", "No request leaves this computer"),
}
_OPENID = {brand.key: brand for brand in (MOONBOOK, *_STAND_INS.values())}


def openid_brand(key: str) -> Brand | None:
    """The OpenID provider with this key."""
    return _OPENID.get(key)


def stand_in_for(provider_type: str) -> Brand | None:
    """Who plays a public provider (a ProviderType of CreateIdentityProvider), if it is one."""
    return _STAND_INS.get(provider_type)
