"""What is wrong in the world `broken`, entry by entry, for doctors and their tests to be held against.

`pain` is the kind of complaint the mistake leads to, by topic; `where` names the resource in AWS's own words.
"""

import sys
from dataclasses import dataclass

NEWS_POOL_ID = "us-east-1_BrokenNws"
LEGACY_POOL_ID = "us-east-1_BrokenOld"
GONE_POOL_ID = "us-east-1_DeletedPl"
WEB_CLIENT_ID = "1brokennewsweb4k7s2v9d5h8q"
SINGLE_PAGE_CLIENT_ID = "2brokennewsspa4k7s2v9d5h8q"
IMPLICIT_CLIENT_ID = "3brokennewsimp4k7s2v9d5h8q"
SCOPELESS_CLIENT_ID = "4brokennewsscp4k7s2v9d5h8q"
LONG_LIVED_CLIENT_ID = "5brokennewslng4k7s2v9d5h8q"
LEGACY_CLIENT_ID = "6brokenlegacyw4k7s2v9d5h8q"
GONE_CLIENT_ID = "7brokendeleted4k7s2v9d5h8q"
NEWS_IDENTITY_POOL_ID = "us-east-1:62726f6b-656e-4e65-8773-2d706f6f6c31"
RULES_IDENTITY_POOL_ID = "us-east-1:62726f6b-656e-4e65-8773-2d706f6f6c32"
BARE_IDENTITY_POOL_ID = "us-east-1:62726f6b-656e-4e65-8773-2d706f6f6c33"
APP_CALLBACK = "https://newsroom.example/callback"
REGISTERED_CALLBACK = "https://newsroom.example/callback/"
MISSING_FUNCTION_ARN = "arn:aws:lambda:us-east-1:210987654321:function:newsroom-pre-sign-up"


@dataclass(frozen=True, slots=True)
class Misconfiguration:
    """One mistake. `where` maps parameter names of the API to values, e.g. {"UserPoolId": …, "Username": …}."""

    id: str
    pain: str
    where: dict[str, str]
    what: str


def _user(username: str, pool_id: str = NEWS_POOL_ID) -> dict[str, str]:
    return {"UserPoolId": pool_id, "Username": username}


def _client(client_id: str, pool_id: str = NEWS_POOL_ID) -> dict[str, str]:
    return {"UserPoolId": pool_id, "ClientId": client_id}


def _role(name: str, identity_pool_id: str = NEWS_IDENTITY_POOL_ID) -> dict[str, str]:
    return {"IdentityPoolId": identity_pool_id, "RoleName": name}


MISCONFIGURATIONS: tuple[Misconfiguration, ...] = (
    # Users and their states.
    Misconfiguration(
        "stuck-invitation",
        "P11",
        _user("ines"),
        "Ines has a temporary password and no verified address: she can neither sign in with a lost invitation nor"
        " reset her password.",
    ),
    Misconfiguration(
        "expired-invitation", "P12", _user("otto"), "Otto's temporary password expired weeks ago; send it again."
    ),
    Misconfiguration(
        "mfa-without-factor",
        "P14",
        _user("petra", LEGACY_POOL_ID),
        "MFA is required in this pool, and Petra has no authenticator app: she has to set one up before she gets in.",
    ),
    Misconfiguration(
        "unverified-new-address",
        "P16",
        _user("hugo"),
        "Hugo changed his e-mail address and never verified it: it is no alias, and no code reaches the old one.",
    ),
    Misconfiguration(
        "names-differ-by-case",
        "P17",
        _user("Mara"),
        "The pool tells upper from lower case, and 'Mara' and 'mara' are two users.",
    ),
    Misconfiguration(
        "verified-with-capital-letter",
        "P18",
        _user("theo"),
        "email_verified is 'True' and not 'true', which clients take for unverified.",
    ),
    Misconfiguration(
        "default-mail-sender",
        "P19",
        {"UserPoolId": NEWS_POOL_ID},
        "Mail is sent by Cognito's default sender: fifty messages a day for the whole account.",
    ),
    # Federation.
    Misconfiguration(
        "unlinked-duplicate",
        "P20",
        _user("Moonbook_104771900016512340001"),
        "Luna has a profile of Moonbook and one with a password, with the same address, and they are not linked.",
    ),
    Misconfiguration(
        "immutable-mapped-attribute",
        "P22",
        {"UserPoolId": LEGACY_POOL_ID, "ProviderName": "Moonbook"},
        "The provider maps email, which is immutable in this pool: people can sign in once and never again.",
    ),
    Misconfiguration(
        "required-for-ever",
        "P25",
        {"UserPoolId": LEGACY_POOL_ID},
        "birthdate is required and cannot be made optional; only a new pool helps.",
    ),
    # Hosted UI and OAuth.
    Misconfiguration(
        "callback-differs-by-a-slash",
        "P32",
        _client(WEB_CLIENT_ID),
        f"The application returns to {APP_CALLBACK}, but {REGISTERED_CALLBACK} is what is registered.",
    ),
    Misconfiguration(
        "localhost-in-production",
        "P32",
        _client(WEB_CLIENT_ID),
        "A callback on localhost was left in a production client.",
    ),
    Misconfiguration(
        "no-domain",
        "P33",
        _client(LEGACY_CLIENT_ID, LEGACY_POOL_ID),
        "The client is allowed to use the hosted UI, but the pool has no domain.",
    ),
    Misconfiguration(
        "no-branding-style",
        "P33",
        {"UserPoolId": NEWS_POOL_ID, "Domain": "broken-newsroom"},
        "The domain shows managed login, and no branding style exists for its clients.",
    ),
    Misconfiguration(
        "secret-on-public-client",
        "P35",
        _client(SINGLE_PAGE_CLIENT_ID),
        "A single-page application cannot keep a secret, and every call of it needs a SECRET_HASH now.",
    ),
    Misconfiguration(
        "no-logout-url", "P36", _client(SINGLE_PAGE_CLIENT_ID), "Nobody can be sent anywhere after signing out."
    ),
    Misconfiguration("implicit-grant", "P38", _client(IMPLICIT_CLIENT_ID), "Tokens are handed out in the address bar."),
    Misconfiguration(
        "no-openid-scope",
        "P38",
        _client(SCOPELESS_CLIENT_ID),
        "Without the scope openid the hosted UI returns no ID token.",
    ),
    # Tokens.
    Misconfiguration(
        "scope-nobody-gets",
        "P40",
        {"UserPoolId": NEWS_POOL_ID, "Identifier": "https://api.newsroom.example"},
        "No client of the pool may ask for the scopes of this resource server.",
    ),
    Misconfiguration(
        "day-long-tokens",
        "P41",
        _client(LONG_LIVED_CLIENT_ID),
        "Tokens live for a day: who leaves a group keeps its rights that long.",
    ),
    Misconfiguration(
        "revocation-off",
        "P42",
        _client(LONG_LIVED_CLIENT_ID),
        "Token revocation is off: signing out ends nothing before the tokens expire.",
    ),
    Misconfiguration(
        "trigger-without-function",
        "P44",
        {"UserPoolId": LEGACY_POOL_ID, "FunctionArn": MISSING_FUNCTION_ARN},
        "The pre sign-up trigger names a function that does not exist, so nobody can register.",
    ),
    # Identity pools.
    Misconfiguration(
        "trust-without-audience",
        "P45",
        _role("NewsroomReader"),
        "The role trusts every identity pool of the world: the condition on aud is missing.",
    ),
    Misconfiguration(
        "trust-of-a-deleted-pool",
        "P45",
        _role("NewsroomEditor"),
        "The role trusts an identity pool that was deleted, and not the one that names it.",
    ),
    Misconfiguration(
        "trust-for-the-wrong-action",
        "P45",
        _role("NewsroomPhotographer"),
        "The role trusts with sts:AssumeRole instead of sts:AssumeRoleWithWebIdentity.",
    ),
    Misconfiguration(
        "trust-misspelt",
        "P45",
        _role("NewsroomIntern", RULES_IDENTITY_POOL_ID),
        "The conditions are on cognito-identity.amazon.com, which nothing ever is.",
    ),
    Misconfiguration(
        "no-roles", "P45", {"IdentityPoolId": BARE_IDENTITY_POOL_ID}, "The pool has no roles, so it gives nothing."
    ),
    Misconfiguration(
        "client-that-is-gone",
        "P46",
        {"IdentityPoolId": NEWS_IDENTITY_POOL_ID, "ClientId": GONE_CLIENT_ID},
        "The pool accepts tokens of a client that was deleted, and not of the one people use.",
    ),
    Misconfiguration(
        "user-pool-that-is-gone",
        "P46",
        {"IdentityPoolId": BARE_IDENTITY_POOL_ID, "UserPoolId": GONE_POOL_ID},
        "The pool accepts tokens of a user pool that was deleted.",
    ),
    Misconfiguration(
        "over-wide-guest-role",
        "P47",
        _role("NewsroomGuest"),
        "Guests may do everything in S3.",
    ),
    Misconfiguration(
        "guest-permission-without-effect",
        "P47",
        _role("NewsroomGuest"),
        "The guest role allows secretsmanager:GetSecretValue, which the guests' session policy takes away again.",
    ),
    Misconfiguration(
        "ambiguous-role",
        "P48",
        {"UserPoolId": NEWS_POOL_ID, "IdentityPoolId": NEWS_IDENTITY_POOL_ID, "Username": "vera"},
        "Vera is in two groups of the same precedence with different roles; the mapping denies what is ambiguous.",
    ),
    Misconfiguration(
        "group-without-role",
        "P48",
        {"UserPoolId": NEWS_POOL_ID, "GroupName": "readers"},
        "Roles are chosen from the token, and this group has none.",
    ),
    Misconfiguration(
        "mapping-of-another-client",
        "P48",
        {"IdentityPoolId": RULES_IDENTITY_POOL_ID, "ClientId": GONE_CLIENT_ID},
        "The rules belong to a client that the pool does not accept, so they are never asked.",
    ),
    Misconfiguration(
        "classic-flow-with-mappings",
        "P49",
        {"IdentityPoolId": RULES_IDENTITY_POOL_ID},
        "The classic flow is on, but it is not supported with role mappings.",
    ),
    Misconfiguration(
        "guests-switched-off",
        "P50",
        {"IdentityPoolId": RULES_IDENTITY_POOL_ID},
        "There is a role for guests, and guests are not allowed.",
    ),
    Misconfiguration(
        "role-of-a-service",
        "P51",
        _role("NewsroomFunction", RULES_IDENTITY_POOL_ID),
        "The role for signed-in people trusts Lambda and no identity pool.",
    ),
)


def markdown() -> str:
    """The page `docs/sandbox-broken.md`."""
    lines = [
        "# What is wrong in the world `broken`",
        "",
        "Made by `python -m cognito_explorer.sandbox.seeds.misconfigurations`; a test compares.",
        "",
        "| id | where | what is wrong |",
        "|---|---|---|",
    ]
    for each in MISCONFIGURATIONS:
        where = ", ".join(f"{name} `{value}`" for name, value in each.where.items())
        lines.append(f"| {each.id} | {where} | {each.what} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
