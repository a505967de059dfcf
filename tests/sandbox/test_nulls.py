"""Members that are null are members that are not there, however deep they lie."""

import json
from typing import Any

import pytest

from cognito_explorer.sandbox.nulls import without_nulls
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox


def test_nulls_are_left_out_of_objects_and_of_objects_in_lists() -> None:
    assert without_nulls({"a": None, "b": [{"c": None, "d": 0}], "e": ""}) == {"b": [{"d": 0}], "e": ""}


def speaks(client: Any, service: str, operation: str, body: dict[str, Any]) -> None:
    """Let the client's next calls of an operation have this body, which botocore itself would never send."""
    client.meta.events.register(
        f"before-sign.{service}.{operation}",
        lambda request, **_: request.__setattr__("data", json.dumps(body).encode()),
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"AccountRecoverySetting": {"RecoveryMechanisms": None}},
        {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": None}},
        {"Policies": {"PasswordPolicy": None, "SignInPolicy": None}},
        {"LambdaConfig": {"PreSignUp": None, "PreTokenGenerationConfig": None}},
    ],
    ids=lambda settings: str(next(iter(settings))),
)
def test_a_pool_is_made_with_settings_that_are_null_inside(sandbox: RunningSandbox, settings: dict[str, Any]) -> None:
    idp = sandbox.new_client("cognito-idp")
    speaks(idp, "cognito-identity-provider", "CreateUserPool", {"PoolName": "hollow", **settings})
    assert idp.create_user_pool(PoolName="hollow")["UserPool"]["Name"] == "hollow"


def test_a_provider_without_a_name_is_refused_in_words(sandbox: RunningSandbox) -> None:
    identity = sandbox.new_client("cognito-identity")
    body = {
        "IdentityPoolName": "hollow",
        "AllowUnauthenticatedIdentities": True,
        "CognitoIdentityProviders": [{"ProviderName": None, "ClientId": None}],
    }
    speaks(identity, "cognito-identity", "CreateIdentityPool", body)
    with refused("InvalidParameterException"):
        identity.create_identity_pool(IdentityPoolName="hollow", AllowUnauthenticatedIdentities=True)
