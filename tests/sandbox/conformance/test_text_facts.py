"""The role that sends text messages: facts of user-pools-config.md section 5 and user-pools-errors.md section 1."""

import json
import uuid
from typing import Any

import pytest

from tests.sandbox.auth.second_factors import PHONE
from tests.sandbox.pools import PASSWORD, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

ACCOUNT = "210987654321"
COGNITO = "cognito-idp.amazonaws.com"
UNTRUSTED = (
    "InvalidSmsRoleTrustRelationshipException",
    "Role does not have a trust relationship allowing Cognito to assume the role",
)
UNABLE = ("InvalidSmsRoleAccessPolicyException", "Role does not have permission to publish with SNS")
PUBLISH = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
FLAWS = {
    "not there": UNTRUSTED,
    "another service": UNTRUSTED,
    "another external id": UNTRUSTED,
    "another account's pools": UNTRUSTED,
    "no policy": UNABLE,
    "topics alone": UNABLE,
    "denied": UNABLE,
}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(flaw: str = "") -> dict[str, Any]:
    """What the console writes: Cognito, with the external id, in the name of this account's pools."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com" if flaw == "another service" else COGNITO},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {
                "sts:ExternalId": "sun" if flaw == "another external id" else "moon",
                "aws:SourceAccount": "111122223333" if flaw == "another account's pools" else ACCOUNT,
            },
            "ArnLike": {"aws:SourceArn": f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/*"},
        },
    }


def sender(sandbox: RunningSandbox, flaw: str = "") -> dict[str, str]:
    """An SmsConfiguration whose role has a flaw."""
    name = f"texts-{uuid.uuid4().hex[:8]}"
    found = {"SnsCallerArn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "ExternalId": "moon"}
    if flaw == "not there":
        return found
    iam = sandbox.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust(flaw)))
    topic = PUBLISH | {"Resource": f"arn:aws:sns:us-east-1:{ACCOUNT}:*"}
    allowed = [topic if flaw == "topics alone" else PUBLISH]
    if flaw == "denied":
        allowed.append(PUBLISH | {"Effect": "Deny"})
    if flaw != "no policy":
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*allowed))
    return found


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox)


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_role_that_cannot_send_texts(pool: PoolUnderTest, flaw: str) -> None:
    """user-pools-config.md 5, user-pools-errors.md 1: InvalidSmsRoleTrustRelationship- and -AccessPolicyException."""
    sms = sender(pool.sandbox, flaw)
    with refused(*FLAWS[flaw]):
        pool.idp.create_user_pool(PoolName="texts", SmsConfiguration=sms)
    with refused(*FLAWS[flaw]):
        pool.idp.update_user_pool(UserPoolId=pool.pool_id, SmsConfiguration=sms)
    with refused(*FLAWS[flaw]):
        pool.idp.set_user_pool_mfa_config(
            UserPoolId=pool.pool_id,
            MfaConfiguration="OPTIONAL",
            SmsMfaConfiguration={"SmsConfiguration": sms},
        )


def test_a_role_trusted_to_cognito_with_the_external_id_sends_texts(pool: PoolUnderTest) -> None:
    """user-pools-config.md 5: a role trusted to cognito-idp.amazonaws.com with sns:Publish, and ExternalId."""
    sms = sender(pool.sandbox)
    made = pool.idp.create_user_pool(PoolName="texts", SmsConfiguration=sms)["UserPool"]
    assert made["SmsConfiguration"] == sms
    without = {"SnsCallerArn": sms["SnsCallerArn"]}
    with refused(*UNTRUSTED):
        pool.idp.update_user_pool(UserPoolId=made["Id"], SmsConfiguration=without)


def test_a_role_of_another_account_is_not_passed(pool: PoolUnderTest) -> None:
    """user-pools-config.md 5: the role is one of the pool's own account."""
    sms = {"SnsCallerArn": "arn:aws:iam::111122223333:role/texts", "ExternalId": "moon"}
    with refused("InvalidParameterException", "Cross-account pass role is not allowed."):
        pool.idp.create_user_pool(PoolName="texts", SmsConfiguration=sms)


@pytest.mark.parametrize("ending", ["role", "permission"])
def test_texts_end_with_their_role(pool: PoolUnderTest, ending: str) -> None:
    """user-pools-config.md 5: the role is looked at for every text, not only when it is set."""
    sms = sender(pool.sandbox)
    texting = make_pool(pool.sandbox, SmsConfiguration=sms, AutoVerifiedAttributes=["phone_number"])
    name = sms["SnsCallerArn"].rpartition("/")[2]
    iam = pool.sandbox.client("iam")
    iam.delete_role_policy(RoleName=name, PolicyName="own")
    if ending == "role":
        iam.delete_role(RoleName=name)
    with refused(*(UNTRUSTED if ending == "role" else UNABLE)):
        texting.public.sign_up(
            ClientId=texting.client_id,
            Username="ada",
            Password=PASSWORD,
            UserAttributes=[{"Name": "phone_number", "Value": PHONE}],
        )
    with refused("UserNotFoundException"):
        texting.status("ada")
