"""Pools, their settings and documents: facts of user-pools.md section 2 and user-pools-config.md section 10."""

from typing import Any

import pytest

from tests.sandbox.auth.second_factors import SES
from tests.sandbox.pools import SMS, PoolUnderTest, make_pool, refused
from tests.sandbox.user_pools.test_identity_providers import OIDC
from tests.sandbox_fixture import RunningSandbox

CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:210987654321:certificate/moon"}
LEVELS = [{"Level1": {"AcrValue": "same"}, "Level2": {"AcrValue": "same"}}, {"Level1": {"AcrValue": "x" * 65}}]
# What DescribeUserPool answers and UpdateUserPool does not take: the safe recipe drops it.
READ_ONLY = {
    "Id",
    "Arn",
    "Name",
    "Status",
    "SchemaAttributes",
    "CreationDate",
    "LastModifiedDate",
    "EstimatedNumberOfUsers",
    "Domain",
    "CustomDomain",
    "AliasAttributes",
    "UsernameAttributes",
    "UsernameConfiguration",
    "SmsConfigurationFailure",
    "EmailConfigurationFailure",
}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox)


@pytest.fixture(scope="module")
def strict(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-idp", parameter_validation=False)


def describe(pool: PoolUnderTest) -> Any:
    return pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]


def test_a_listed_pool_has_id_name_triggers_and_dates(pool: PoolUnderTest) -> None:
    """user-pools.md 2: ListUserPools returns Id, Name, LambdaConfig and dates; Status is unused."""
    listed = next(
        entry for entry in pool.idp.list_user_pools(MaxResults=60)["UserPools"] if entry["Id"] == pool.pool_id
    )
    assert listed.keys() == {"Id", "Name", "LambdaConfig", "CreationDate", "LastModifiedDate"}


@pytest.mark.parametrize("params", [{}, {"MaxResults": 0}, {"MaxResults": 61}])
def test_a_list_of_pools_needs_a_size_between_1_and_60(strict: Any, params: dict[str, int]) -> None:
    """user-pools.md 2: ListUserPools MaxResults is required, 1 to 60."""
    with refused("InvalidParameterException"):
        strict.list_user_pools(**params)


def test_a_description_has_prefix_and_custom_domain_and_the_number_of_users(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: DescribeUserPool adds EstimatedNumberOfUsers, Domain, CustomDomain and SchemaAttributes."""
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id}
    custom = "both.moonletter.example"
    pool.idp.create_user_pool_domain(**key, Domain="fact-both")
    pool.idp.create_user_pool_domain(**key, Domain=custom, CustomDomainConfig=CERTIFICATE)
    pool.add_user("ada")
    described = describe(pool)
    assert (described["Domain"], described["CustomDomain"], described["EstimatedNumberOfUsers"]) == (
        "fact-both",
        custom,
        1,
    )
    assert described["SchemaAttributes"]
    pool.idp.delete_user_pool_domain(**key, Domain=custom)


def test_an_update_keeps_what_is_fixed_at_creation(sandbox: RunningSandbox) -> None:
    """user-pools.md 2, user-pools-config.md 10: schema, aliases and case are of CreateUserPool alone and immutable."""
    schema = [{"Name": "email", "Required": True}, {"Name": "plan", "AttributeDataType": "String"}]
    fixed: dict[str, Any] = {"AliasAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}}
    pool = make_pool(sandbox, Schema=schema, **fixed)
    before = describe(pool)
    pool.idp.update_user_pool(UserPoolId=pool.pool_id)
    after = describe(pool)
    for name in ("Id", "Arn", "Name", "SchemaAttributes", *fixed):
        assert after[name] == before[name]


def test_reading_merging_and_writing_back_changes_nothing_else(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 10: the safe update recipe loses nothing."""
    pool = make_pool(
        sandbox,
        UserPoolTags={"team": "letters"},
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
        AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
        VerificationMessageTemplate={"EmailSubject": "Moon", "EmailMessage": "The moon says {####}"},
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        EmailConfiguration=SES,
        SmsConfiguration=SMS,
        MfaConfiguration="OPTIONAL",
    )
    before = describe(pool)
    blocks = {name: value for name, value in before.items() if name not in READ_ONLY}
    blocks["AdminCreateUserConfig"] = dict(blocks["AdminCreateUserConfig"])
    blocks["AdminCreateUserConfig"].pop("UnusedAccountValidityDays", None)
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, PoolName=before["Name"], **blocks)
    after = describe(pool)
    assert {**after, "LastModifiedDate": None} == {**before, "LastModifiedDate": None}


def test_an_update_without_triggers_removes_them_all(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 6: updating a pool without LambdaConfig removes all triggers."""
    arn = "arn:aws:lambda:us-east-1:210987654321:function:letters"
    pool = make_pool(sandbox, LambdaConfig={"PreSignUp": arn, "PostConfirmation": arn})
    assert describe(pool)["LambdaConfig"]["PreSignUp"] == arn
    pool.idp.update_user_pool(UserPoolId=pool.pool_id)
    assert describe(pool).get("LambdaConfig", {}) == {}


def test_an_update_that_leaves_the_plan_out_leaves_the_pool_on_it(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 10: a live update that omitted UserPoolTier left a PLUS pool on PLUS (field)."""
    pool = make_pool(sandbox, UserPoolTier="PLUS")
    pool.idp.update_user_pool(UserPoolId=pool.pool_id)
    assert describe(pool)["UserPoolTier"] == "PLUS"


def test_passkeys_authenticators_and_email_codes_live_in_the_mfa_configuration(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: passkey, TOTP and e-mail MFA are in Get/SetUserPoolMfaConfig, not in the pool."""
    pool = make_pool(sandbox, EmailConfiguration=SES)
    blocks = {
        "SoftwareTokenMfaConfiguration": {"Enabled": True},
        "EmailMfaConfiguration": {"Subject": "Moon", "Message": "The moon says {####}"},
        "WebAuthnConfiguration": {"RelyingPartyId": "moonletter.example", "UserVerification": "preferred"},
    }
    pool.idp.set_user_pool_mfa_config(UserPoolId=pool.pool_id, MfaConfiguration="OPTIONAL", **blocks)
    config = pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id)
    assert {name: config[name] for name in blocks} == blocks
    assert not blocks.keys() & describe(pool).keys()
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, EmailConfiguration=SES, MfaConfiguration="OPTIONAL")
    assert pool.idp.get_user_pool_mfa_config(UserPoolId=pool.pool_id)["WebAuthnConfiguration"]


@pytest.mark.parametrize(
    "settings",
    [
        {"RelyingPartyId": "x" * 128},
        {"RelyingPartyId": "moonletter.example", "UserVerification": "discouraged"},
        {"RelyingPartyId": "moonletter.example", "FactorConfiguration": "NO_FACTOR"},
        {"RelyingPartyId": "com"},
    ],
)
def test_a_relying_party_is_a_domain_of_at_most_127_characters(
    pool: PoolUnderTest, strict: Any, settings: dict[str, str]
) -> None:
    """user-pools-config.md 10: RelyingPartyId ≤127 and no public suffix; UserVerification, FactorConfiguration."""
    with refused("InvalidParameterException"):
        strict.set_user_pool_mfa_config(UserPoolId=pool.pool_id, WebAuthnConfiguration=settings)


def test_a_protected_pool_is_not_deleted(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 10: DeleteUserPool, InvalidParameterException while DeletionProtection is ACTIVE."""
    pool = make_pool(sandbox, DeletionProtection="ACTIVE")
    with refused("InvalidParameterException"):
        pool.idp.delete_user_pool(UserPoolId=pool.pool_id)
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, DeletionProtection="INACTIVE")
    pool.idp.delete_user_pool(UserPoolId=pool.pool_id)


def test_issuer_key_and_registration_settings_are_kept(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 10 and 12: IssuerConfiguration, DcrConfiguration and AcrConfiguration are pool settings."""
    settings: dict[str, Any] = {
        "IssuerConfiguration": {"Type": "UPDATED"},
        "DcrConfiguration": {"EnableStatus": "Enabled", "AllowedScopes": ["openid"]},
        "AcrConfiguration": {"Level1": {"AcrValue": "urn:moon:one"}, "Level2": {"AcrValue": "urn:moon:two"}},
    }
    pool = make_pool(sandbox, **settings)
    described = describe(pool)
    assert {name: described[name] for name in settings} == settings


def test_registering_clients_is_beyond_the_lite_plan(sandbox: RunningSandbox) -> None:
    """user-pools-config.md 9: dynamic client registration comes with ESSENTIALS; 12: EnableStatus switches it."""
    make_pool(sandbox, UserPoolTier="LITE", DcrConfiguration={"EnableStatus": "Disabled"})
    with refused("FeatureUnavailableInTierException"):
        make_pool(sandbox, UserPoolTier="LITE", DcrConfiguration={"EnableStatus": "Enabled"})


@pytest.mark.parametrize("levels", LEVELS)
def test_names_of_levels_are_unique_and_at_most_64_characters(strict: Any, levels: dict[str, Any]) -> None:
    """user-pools-config.md 10: AcrConfiguration names ≤64 characters, unique."""
    with refused("InvalidParameterException"):
        strict.create_user_pool(PoolName="levels", AcrConfiguration=levels)


def test_a_custom_attribute_stays_whatever_an_update_says(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: AddCustomAttributes is irreversible."""
    pool = make_pool(sandbox)
    pool.idp.add_custom_attributes(
        UserPoolId=pool.pool_id, CustomAttributes=[{"Name": "kept", "AttributeDataType": "Number"}]
    )
    pool.idp.update_user_pool(UserPoolId=pool.pool_id, PoolName="other")
    names = {entry["Name"]: entry["AttributeDataType"] for entry in describe(pool)["SchemaAttributes"]}
    assert names["custom:kept"] == "Number"


def test_a_style_without_a_client_is_for_all(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: Get/SetUICustomization, ClientId left out means ALL."""
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id}
    pool.idp.create_user_pool_domain(**key, Domain="fact-style")
    css = ".banner-customizable {background-color: navy;}"
    assert pool.idp.set_ui_customization(**key, CSS=css)["UICustomization"]["ClientId"] == "ALL"
    assert pool.idp.get_ui_customization(**key, ClientId="ALL")["UICustomization"]["CSS"] == css


def test_a_domain_is_described_by_its_name_alone(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: DescribeUserPoolDomain needs only Domain; ManagedLoginVersion is 1 or 2."""
    pool = make_pool(sandbox)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="fact-domain", ManagedLoginVersion=2)
    described = pool.idp.describe_user_pool_domain(Domain="fact-domain")["DomainDescription"]
    assert (described["UserPoolId"], described["ManagedLoginVersion"]) == (pool.pool_id, 2)
    with refused("InvalidParameterException"):
        pool.idp.update_user_pool_domain(UserPoolId=pool.pool_id, Domain="fact-domain", ManagedLoginVersion=3)


def test_a_provider_is_of_one_of_six_kinds(pool: PoolUnderTest, strict: Any) -> None:
    """user-pools.md 2: ProviderType SAML, Facebook, Google, LoginWithAmazon, SignInWithApple or OIDC, nothing else."""
    with refused("InvalidParameterException"):
        strict.create_identity_provider(
            UserPoolId=pool.pool_id, ProviderName="Moon", ProviderType="Moonbook", ProviderDetails=OIDC
        )


def test_a_provider_has_a_name_of_32_characters_and_50_identifiers_at_most(pool: PoolUnderTest, strict: Any) -> None:
    """user-pools.md 2 and api-quotas.md 5: ProviderName ≤32, IdpIdentifiers ≤50."""
    given = {"UserPoolId": pool.pool_id, "ProviderType": "OIDC", "ProviderDetails": OIDC}
    with refused("InvalidParameterException"):
        strict.create_identity_provider(**given, ProviderName="p" * 33)
    identifiers = [f"corp{number}.example" for number in range(51)]
    with refused("InvalidParameterException"):
        strict.create_identity_provider(**given, ProviderName="p" * 32, IdpIdentifiers=identifiers)
    made = strict.create_identity_provider(**given, ProviderName="p" * 32, IdpIdentifiers=identifiers[:50])
    assert len(made["IdentityProvider"]["IdpIdentifiers"]) == 50


def test_tags_of_a_pool_are_read_by_its_arn(sandbox: RunningSandbox) -> None:
    """user-pools.md 2: TagResource, UntagResource and ListTagsForResource take ResourceArn."""
    pool = make_pool(sandbox)
    arn = describe(pool)["Arn"]
    pool.idp.tag_resource(ResourceArn=arn, Tags={"stage": "test"})
    assert pool.idp.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": "test"}
    pool.idp.untag_resource(ResourceArn=arn, TagKeys=["stage"])
    assert pool.idp.list_tags_for_resource(ResourceArn=arn).get("Tags", {}) == {}
