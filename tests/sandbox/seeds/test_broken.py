"""`broken`: every mistake that is listed is there, and its victims are told what Cognito tells them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from cognito_explorer.sandbox.seeds.misconfigurations import (
    APP_CALLBACK,
    GONE_CLIENT_ID,
    MISCONFIGURATIONS,
    NEWS_IDENTITY_POOL_ID,
    NEWS_POOL_ID,
    REGISTERED_CALLBACK,
    WEB_CLIENT_ID,
    Misconfiguration,
    markdown,
)
from tests.sandbox.pools import PASSWORD, refused
from tests.sandbox_fixture import RunningSandbox, start_sandbox

PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/{NEWS_POOL_ID}"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The broken world."""
    running = start_sandbox(tmp_path_factory.mktemp("broken") / "world", "--seed", "broken")
    yield running
    running.stop()


class Look:
    """What the API shows of one mistake's place."""

    def __init__(self, sandbox: RunningSandbox, where: dict[str, str]) -> None:
        self.sandbox = sandbox
        self.where = where
        self.idp = sandbox.client("cognito-idp")

    @property
    def pool(self) -> dict[str, Any]:
        found: dict[str, Any] = self.idp.describe_user_pool(UserPoolId=self.where["UserPoolId"])["UserPool"]
        return found

    @property
    def client(self) -> dict[str, Any]:
        found: dict[str, Any] = self.idp.describe_user_pool_client(
            UserPoolId=self.where["UserPoolId"], ClientId=self.where["ClientId"]
        )["UserPoolClient"]
        return found

    @property
    def user(self) -> dict[str, Any]:
        found: dict[str, Any] = self.idp.admin_get_user(
            UserPoolId=self.where["UserPoolId"], Username=self.where["Username"]
        )
        return found | {each["Name"]: each["Value"] for each in found["UserAttributes"]}

    @property
    def group_roles(self) -> list[tuple[int, str]]:
        groups = self.idp.admin_list_groups_for_user(
            UserPoolId=self.where["UserPoolId"], Username=self.where["Username"]
        )["Groups"]
        return [(group["Precedence"], group["RoleArn"]) for group in groups]

    @property
    def identity_pool(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sandbox.client("cognito-identity").describe_identity_pool(
            IdentityPoolId=self.where["IdentityPoolId"]
        )
        return found

    @property
    def roles(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sandbox.client("cognito-identity").get_identity_pool_roles(
            IdentityPoolId=self.where["IdentityPoolId"]
        )
        return found

    @property
    def trust(self) -> Any:
        role = self.sandbox.client("iam").get_role(RoleName=self.where["RoleName"])["Role"]
        document = role["AssumeRolePolicyDocument"]
        return (json.loads(document) if isinstance(document, str) else document)["Statement"][0]

    @property
    def policy(self) -> str:
        answer = self.sandbox.client("iam").get_role_policy(RoleName=self.where["RoleName"], PolicyName="Newsroom")
        return json.dumps(answer["PolicyDocument"])

    def attribute(self, name: str) -> dict[str, Any]:
        return next(each for each in self.pool["SchemaAttributes"] if each["Name"] == name)

    def provider(self) -> dict[str, Any]:
        found: dict[str, Any] = self.idp.describe_identity_provider(
            UserPoolId=self.where["UserPoolId"], ProviderName=self.where["ProviderName"]
        )["IdentityProvider"]
        return found

    def accepted_clients(self) -> list[str]:
        return [each["ClientId"] for each in self.identity_pool["CognitoIdentityProviders"]]

    def all_scopes(self) -> set[str]:
        listed = self.idp.list_user_pool_clients(UserPoolId=self.where["UserPoolId"], MaxResults=60)["UserPoolClients"]
        looks = [Look(self.sandbox, self.where | {"ClientId": each["ClientId"]}) for each in listed]
        return {scope for look in looks for scope in look.client["AllowedOAuthScopes"]}

    def age(self) -> timedelta:
        user = self.user
        now = self.idp.describe_user_pool(UserPoolId=NEWS_POOL_ID)["ResponseMetadata"]["HTTPHeaders"]["date"]
        made: datetime = user["UserCreateDate"]
        return parsedate_to_datetime(now) - made


AUD = "cognito-identity.amazonaws.com:aud"
SIGNS: dict[str, Callable[[Look], bool]] = {
    "stuck-invitation": lambda x: (
        x.user["UserStatus"] == "FORCE_CHANGE_PASSWORD" and x.user["email_verified"] != "true"
    ),
    "expired-invitation": lambda x: x.user["UserStatus"] == "FORCE_CHANGE_PASSWORD" and x.age() > timedelta(days=7),
    "mfa-without-factor": lambda x: (
        x.pool["MfaConfiguration"] == "ON" and not x.user.get("UserMFASettingList") and "phone_number" not in x.user
    ),
    "unverified-new-address": lambda x: x.user["UserStatus"] == "CONFIRMED" and x.user["email_verified"] == "false",
    "names-differ-by-case": lambda x: (
        Look(x.sandbox, {**x.where, "Username": "mara"}).user["sub"] != x.user["sub"]
        and x.pool["UsernameConfiguration"]["CaseSensitive"]
    ),
    "verified-with-capital-letter": lambda x: x.user["email_verified"] == "True",
    "default-mail-sender": lambda x: x.pool["EmailConfiguration"]["EmailSendingAccount"] == "COGNITO_DEFAULT",
    "unlinked-duplicate": lambda x: (
        x.user["UserStatus"] == "EXTERNAL_PROVIDER"
        and x.user["email"] == Look(x.sandbox, {**x.where, "Username": "luna"}).user["email"]
    ),
    "immutable-mapped-attribute": lambda x: (
        "email" in x.provider()["AttributeMapping"] and not x.attribute("email")["Mutable"]
    ),
    "required-for-ever": lambda x: x.attribute("birthdate")["Required"],
    "callback-differs-by-a-slash": lambda x: (
        APP_CALLBACK not in x.client["CallbackURLs"] and REGISTERED_CALLBACK in x.client["CallbackURLs"]
    ),
    "localhost-in-production": lambda x: "http://localhost:3000/callback" in x.client["CallbackURLs"],
    "no-domain": lambda x: x.client["AllowedOAuthFlowsUserPoolClient"] and "Domain" not in x.pool,
    "no-branding-style": lambda x: (
        x.idp.describe_user_pool_domain(Domain=x.where["Domain"])["DomainDescription"]["ManagedLoginVersion"] == 2
    ),
    "secret-on-public-client": lambda x: "ClientSecret" in x.client,
    "no-logout-url": lambda x: "LogoutURLs" not in x.client,
    "implicit-grant": lambda x: x.client["AllowedOAuthFlows"] == ["implicit"],
    "no-openid-scope": lambda x: "openid" not in x.client["AllowedOAuthScopes"],
    "scope-nobody-gets": lambda x: not any(scope.startswith(x.where["Identifier"]) for scope in x.all_scopes()),
    "day-long-tokens": lambda x: (x.client["AccessTokenValidity"], x.client["IdTokenValidity"]) == (24, 24),
    "revocation-off": lambda x: not x.client["EnableTokenRevocation"],
    "trigger-without-function": lambda x: x.pool["LambdaConfig"]["PreSignUp"] == x.where["FunctionArn"],
    "trust-without-audience": lambda x: AUD not in json.dumps(x.trust),
    "trust-of-a-deleted-pool": lambda x: x.trust["Condition"]["StringEquals"][AUD] != x.where["IdentityPoolId"],
    "trust-for-the-wrong-action": lambda x: x.trust["Action"] == "sts:AssumeRole",
    "trust-misspelt": lambda x: "amazonaws.com" not in json.dumps(x.trust),
    "no-roles": lambda x: not x.roles.get("Roles"),
    "client-that-is-gone": lambda x: x.accepted_clients() == [GONE_CLIENT_ID],
    "user-pool-that-is-gone": lambda x: (
        x.where["UserPoolId"] in json.dumps(x.identity_pool["CognitoIdentityProviders"])
    ),
    "over-wide-guest-role": lambda x: '"s3:*"' in x.policy,
    "guest-permission-without-effect": lambda x: "secretsmanager:GetSecretValue" in x.policy,
    "ambiguous-role": lambda x: (
        len({precedence for precedence, _ in x.group_roles}) == 1 and len({role for _, role in x.group_roles}) == 2
    ),
    "group-without-role": lambda x: (
        "RoleArn" not in x.idp.get_group(UserPoolId=NEWS_POOL_ID, GroupName=x.where["GroupName"])["Group"]
    ),
    "mapping-of-another-client": lambda x: (
        list(x.roles["RoleMappings"]) == [f"{PROVIDER}:{x.where['ClientId']}"]
        and x.where["ClientId"] not in x.accepted_clients()
    ),
    "classic-flow-with-mappings": lambda x: x.identity_pool["AllowClassicFlow"] and bool(x.roles["RoleMappings"]),
    "guests-switched-off": lambda x: (
        not x.identity_pool["AllowUnauthenticatedIdentities"] and "unauthenticated" in x.roles["Roles"]
    ),
    "role-of-a-service": lambda x: (
        x.trust["Principal"] == {"Service": "lambda.amazonaws.com"}
        and x.roles["Roles"]["authenticated"].endswith(x.where["RoleName"])
    ),
}


def test_every_entry_has_its_own_name_and_a_sign() -> None:
    names = [entry.id for entry in MISCONFIGURATIONS]
    assert sorted(names) == sorted(set(names)) == sorted(SIGNS)


@pytest.mark.parametrize("entry", MISCONFIGURATIONS, ids=lambda entry: entry.id)
def test_the_mistake_is_really_there(broken: RunningSandbox, entry: Misconfiguration) -> None:
    assert SIGNS[entry.id](Look(broken, entry.where)), entry.what


def sign_in(broken: RunningSandbox, username: str) -> dict[str, Any]:
    """USER_PASSWORD_AUTH with the client of the web site."""
    answer: dict[str, Any] = broken.public_client("cognito-idp").initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=WEB_CLIENT_ID,
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )
    return answer


def test_the_expired_invitation_says_so(broken: RunningSandbox) -> None:
    with refused("NotAuthorizedException"):
        sign_in(broken, "otto")
    with refused("NotAuthorizedException", "User password cannot be reset in the current state."):
        broken.public_client("cognito-idp").forgot_password(ClientId=WEB_CLIENT_ID, Username="ines")


def test_the_deleted_client_keeps_everybody_out_of_the_identity_pool(broken: RunningSandbox) -> None:
    token = sign_in(broken, "vera")["AuthenticationResult"]["IdToken"]
    with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
        broken.public_client("cognito-identity").get_id(IdentityPoolId=NEWS_IDENTITY_POOL_ID, Logins={PROVIDER: token})


def test_the_docs_list_every_mistake() -> None:
    page = Path(__file__).parents[3] / "docs" / "sandbox-broken.md"
    assert page.read_text(encoding="utf-8") == markdown(), (
        "python -m cognito_explorer.sandbox.seeds.misconfigurations > docs/sandbox-broken.md"
    )
