"""Threat protection's settings, logs, signing certificate, replicas and provisioned limits."""

from typing import Any

import pytest
from cryptography.x509 import load_pem_x509_certificate

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

GROUP = "arn:aws:logs:us-east-1:210987654321:log-group:letters"
TO_GROUP = {"CloudWatchLogsConfiguration": {"LogGroupArn": GROUP}}
ERRORS = {"LogLevel": "ERROR", "EventSource": "userNotification", **TO_GROUP}
ACTIVITY = {"LogLevel": "INFO", "EventSource": "userAuthEvents", **TO_GROUP}
BLOCK = {"Actions": {"EventAction": "BLOCK"}, "EventFilter": ["SIGN_UP"]}


@pytest.fixture(scope="module")
def plus(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})


def _risk(pool: PoolUnderTest, **blocks: Any) -> Any:
    answer = pool.idp.set_risk_configuration(UserPoolId=pool.pool_id, **blocks)
    return answer["RiskConfiguration"]


def test_a_risk_configuration_needs_threat_protection(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    with refused("UserPoolAddOnNotEnabledException"):
        _risk(pool, CompromisedCredentialsRiskConfiguration=BLOCK)
    with refused("UserPoolAddOnNotEnabledException"):
        pool.idp.describe_risk_configuration(UserPoolId=pool.pool_id)


def test_a_client_may_have_a_risk_configuration_of_its_own(plus: PoolUnderTest) -> None:
    client = {"ClientId": plus.client_id}
    _risk(plus, CompromisedCredentialsRiskConfiguration=BLOCK)
    own = _risk(plus, **client, RiskExceptionConfiguration={"BlockedIPRangeList": ["203.0.113.0/24", "2001:db8::/32"]})
    described = plus.idp.describe_risk_configuration(UserPoolId=plus.pool_id, **client)["RiskConfiguration"]
    assert described == own
    assert "CompromisedCredentialsRiskConfiguration" not in own
    whole = plus.idp.describe_risk_configuration(UserPoolId=plus.pool_id)["RiskConfiguration"]
    assert whole["CompromisedCredentialsRiskConfiguration"] == BLOCK


def test_a_risk_configuration_without_blocks_is_the_default_again(plus: PoolUnderTest) -> None:
    _risk(plus, CompromisedCredentialsRiskConfiguration=BLOCK)
    assert _risk(plus) == {"UserPoolId": plus.pool_id}


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ({"RiskExceptionConfiguration": {"SkippedIPRangeList": ["203.0.113.7"]}}, "Incorrect CIDR format"),
        ({"RiskExceptionConfiguration": {"SkippedIPRangeList": ["moon/24"]}}, "Incorrect CIDR format"),
        (
            {
                "AccountTakeoverRiskConfiguration": {
                    "Actions": {},
                    "NotifyConfiguration": {"SourceArn": "arn:aws:ses:ap-south-1:210987654321:identity/a@b.example"},
                }
            },
            "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        ),
        (
            {"AccountTakeoverRiskConfiguration": {"Actions": {"HighAction": {"Notify": True, "EventAction": "BLOCK"}}}},
            None,
        ),
    ],
)
def test_a_risk_configuration_that_cannot_work_is_refused(
    plus: PoolUnderTest, blocks: dict[str, Any], message: str | None
) -> None:
    with refused("InvalidParameterException", message):
        _risk(plus, **blocks)


def _deliver(pool: PoolUnderTest, *entries: dict[str, Any]) -> Any:
    answer = pool.idp.set_log_delivery_configuration(UserPoolId=pool.pool_id, LogConfigurations=list(entries))
    return answer["LogDeliveryConfiguration"]["LogConfigurations"]


def test_log_delivery_is_replaced_as_a_whole(plus: PoolUnderTest) -> None:
    assert _deliver(plus, ERRORS, ACTIVITY) == [ERRORS, ACTIVITY]
    assert _deliver(plus, ERRORS) == [ERRORS]
    described = plus.idp.get_log_delivery_configuration(UserPoolId=plus.pool_id)["LogDeliveryConfiguration"]
    assert described == {"UserPoolId": plus.pool_id, "LogConfigurations": [ERRORS]}
    assert _deliver(plus) == []


def test_activity_logs_need_the_largest_plan(sandbox: RunningSandbox) -> None:
    text = "The following feature is not available for the ESSENTIALS pricing tier configured: Log Streaming"
    with refused("FeatureUnavailableInTierException", text):
        _deliver(make_pool(sandbox), ACTIVITY)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([ERRORS, ERRORS], "Following event sources appear more then once in a request"),
        ([ERRORS | {"LogLevel": "INFO"}], None),
        ([{"LogLevel": "ERROR", "EventSource": "userNotification"}], None),
        ([ACTIVITY | {"S3Configuration": {"BucketArn": "arn:aws:s3:::letters"}}], None),
        (
            [ERRORS | {"CloudWatchLogsConfiguration": {"LogGroupArn": GROUP.replace("us-east-1", "eu-west-1")}}],
            "ARN does not belong to current region",
        ),
    ],
)
def test_log_deliveries_that_cannot_work_are_refused(
    plus: PoolUnderTest, entries: list[dict[str, Any]], message: str | None
) -> None:
    with refused("InvalidParameterException", message):
        _deliver(plus, *entries)


def test_the_signing_certificate_is_the_pools_own_and_stays(plus: PoolUnderTest) -> None:
    first = plus.idp.get_signing_certificate(UserPoolId=plus.pool_id)["Certificate"]
    assert plus.idp.get_signing_certificate(UserPoolId=plus.pool_id)["Certificate"] == first
    pem = f"-----BEGIN CERTIFICATE-----\n{first}\n-----END CERTIFICATE-----\n"
    certificate = load_pem_x509_certificate(pem.encode())
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lifetime.days >= 3650


def test_an_active_replica_answers_in_its_region(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    pool.add_user("ada")
    key = {"UserPoolId": pool.pool_id, "RegionName": "eu-central-1"}
    assert pool.idp.create_user_pool_replica(**key)["UserPoolReplica"]["Status"] == "CREATING"
    there = sandbox.client("cognito-idp", region="eu-central-1")
    with refused("ResourceNotFoundException"):
        there.admin_get_user(UserPoolId=pool.pool_id, Username="ada")
    pool.idp.update_user_pool_replica(**key, Status="ACTIVE")
    assert there.admin_get_user(UserPoolId=pool.pool_id, Username="ada")["Username"] == "ada"
    replicas = there.list_user_pool_replicas(UserPoolId=pool.pool_id)["UserPoolReplicas"]
    assert [(entry["RegionName"], entry["Role"]) for entry in replicas] == [
        ("us-east-1", "PRIMARY"),
        ("eu-central-1", "SECONDARY"),
    ]
    with refused("InvalidParameterException"):
        pool.idp.delete_user_pool_replica(**key)
    with refused("OperationNotEnabledException"):
        there.delete_user_pool_replica(**key)
    pool.idp.update_user_pool_replica(**key, Status="INACTIVE")
    pool.idp.delete_user_pool_replica(**key)
    with refused("ResourceNotFoundException"):
        pool.idp.update_user_pool_replica(**key, Status="ACTIVE")


def test_a_limit_is_bought_between_the_free_rate_and_the_accounts_maximum(sandbox: RunningSandbox) -> None:
    idp = sandbox.client("cognito-idp", region="sa-east-1")
    named = {"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserCreation"}}}
    assert idp.get_provisioned_limit(**named)["Limit"]["FreeLimitValue"] == 50
    assert idp.update_provisioned_limit(**named, RequestedLimitValue=80)["Limit"]["ProvisionedLimitValue"] == 80
    assert idp.get_provisioned_limit(**named)["Limit"]["ProvisionedLimitValue"] == 80
    with refused("InvalidParameterException"):
        idp.update_provisioned_limit(**named, RequestedLimitValue=10)
    with refused("ServiceQuotaExceededException"):
        idp.update_provisioned_limit(**named, RequestedLimitValue=5000)
    unknown = {"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserList"}}}
    with refused("ResourceNotFoundException"):
        idp.get_provisioned_limit(**unknown)


def test_sign_in_rates_cannot_be_bought_beside_managed_login(sandbox: RunningSandbox) -> None:
    idp = sandbox.client("cognito-idp", region="ca-central-1")
    pool_id = idp.create_user_pool(PoolName="managed")["UserPool"]["Id"]
    idp.create_user_pool_domain(UserPoolId=pool_id, Domain="limits-managed", ManagedLoginVersion=2)
    named = {"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserAuthentication"}}}
    with refused("InvalidParameterException"):
        idp.update_provisioned_limit(**named, RequestedLimitValue=200)
