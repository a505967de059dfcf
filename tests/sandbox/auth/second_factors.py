"""Pools with second factors, and what a person with a telephone does."""

from typing import Any

from tests.sandbox.one_time_codes import totp
from tests.sandbox.pools import PASSWORD, SMS, PoolUnderTest, add_sms_role, make_pool
from tests.sandbox_fixture import RunningSandbox

SES = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:210987654321:identity/post@moonletter.example",
}
PHONE = "+441632960100"
MAIL = "ada@moonletter.example"


def make_mfa_pool(
    sandbox: RunningSandbox, mode: str, *factors: str, client: dict[str, Any] | None = None, **settings: Any
) -> PoolUnderTest:
    """A pool whose MfaConfiguration is `mode` with these of SMS, TOTP and EMAIL."""
    pool = make_pool(sandbox, client=client, EmailConfiguration=SES, **settings)
    set_mfa(pool, mode, *factors)
    return pool


def set_mfa(pool: PoolUnderTest, mode: str, *factors: str, **more: Any) -> None:
    """Change mode and factors."""
    blocks: dict[str, Any] = {
        "SMS": {"SmsMfaConfiguration": {"SmsConfiguration": SMS}},
        "TOTP": {"SoftwareTokenMfaConfiguration": {"Enabled": True}},
        "EMAIL": {"EmailMfaConfiguration": {"Message": "The moon says {####}", "Subject": "Moon"}},
    }
    if "SMS" in factors:
        add_sms_role(pool.sandbox)
    given = {name: value for factor in factors for name, value in blocks[factor].items()}
    pool.idp.set_user_pool_mfa_config(UserPoolId=pool.pool_id, MfaConfiguration=mode, **given, **more)


def respond(pool: PoolUnderTest, asked: dict[str, Any], username: str, **responses: str) -> dict[str, Any]:
    """RespondToAuthChallenge to what was asked."""
    answer: dict[str, Any] = pool.public.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName=asked["ChallengeName"],
        ChallengeResponses={"USERNAME": username, **responses},
        **({"Session": asked["Session"]} if "Session" in asked else {}),
    )
    return answer


def register_authenticator(pool: PoolUnderTest, access_token: str, *, prefers: bool = True) -> str:
    """Associate, verify and turn on an authenticator app; its secret."""
    secret = str(pool.public.associate_software_token(AccessToken=access_token)["SecretCode"])
    # The code of the step before is good, too, and leaves this step's for the sign-in.
    pool.public.verify_software_token(AccessToken=access_token, UserCode=totp(secret, later_s=-30))
    pool.public.set_user_mfa_preference(
        AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": prefers}
    )
    return secret


def invite(pool: PoolUnderTest, username: str, **attributes: str) -> dict[str, Any]:
    """A person with a temporary password, who has just typed it: what NEW_PASSWORD_REQUIRED asks."""
    pool.idp.admin_create_user(
        UserPoolId=pool.pool_id,
        Username=username,
        TemporaryPassword="Temporary-1",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
    return respond(pool, pool.sign_in(username, "Temporary-1"), username, NEW_PASSWORD=PASSWORD)
