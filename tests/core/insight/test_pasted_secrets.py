"""Secrets in a pasted text are hidden, however it was printed; what an error says is not."""

import pytest

from cognito_explorer.core.insight.explanations import explain
from cognito_explorer.core.insight.pasted_secrets import without_secrets

SECRET = "Hunter2-Secret!"
TRACE = f"""Traceback (most recent call last):
  File "app.py", line 7, in sign_in
    idp.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", AuthParameters={{"USERNAME": "ada", "PASSWORD": "{SECRET}"}})
botocore.errorfactory.NotAuthorizedException: An error occurred (NotAuthorizedException) when calling the InitiateAuth \
operation: Incorrect username or password.
"""


@pytest.mark.parametrize(
    "text",
    [
        TRACE,
        f"{{'SECRET_HASH': '{SECRET}', 'USERNAME': 'ada'}}",
        f'{{\\"PASSWORD\\": \\"{SECRET}\\"}}',
        f'{{"message": "bad {{\\"PASSWORD\\": \\"{SECRET}\\"}}"}}',
        f"--auth-parameters USERNAME=ada,PASSWORD={SECRET} --client-id x",
        f"aws cognito-idp admin-set-user-password --username ada --password '{SECRET} x'",
        f"('NEW_PASSWORD', '{SECRET}')",
        f"client_secret={SECRET}&grant_type=client_credentials",
        f"clientSecret: '{SECRET}'",
        f"aws_session_token = {SECRET}",
        f"<Password>{SECRET}</Password>",
        f"Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, Signature={SECRET}",
        f'"Authorization": "Bearer {SECRET}"',
        f"X-Amz-Security-Token: {SECRET}",
        f"https://app.example/cb?code={SECRET}&state=1",
        f"https://ada:{SECRET}@proxy.example:3128",
        f"url=https://x.example?password={SECRET}",
    ],
)
def test_a_secret_is_hidden(text: str) -> None:
    shown = without_secrets(text)
    assert SECRET not in shown
    assert "Hunter2" not in shown
    assert "(hidden)" in shown
    assert without_secrets(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "InvalidPasswordException: Password did not conform with policy: Password not long enough",
        "NotAuthorizedException: Client x is configured with secret but SECRET_HASH was not received",
        "NotAuthorizedException: Invalid session for the user, session is expired.",
        "ExpiredTokenException: The security token included in the request is expired",
        "Invalid login token. Token expired: 1700000000 >= 1699999999",
        '{"error": "invalid_token", "message": "Signature expired: 20261130T100000Z is now earlier"}',
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
    ],
)
def test_what_an_error_says_stays(text: str) -> None:
    assert without_secrets(text) == text


def test_what_is_explained_holds_none_and_the_clues_are_there() -> None:
    found = explain(TRACE)
    assert found.entry_id == "wrong-credentials"
    assert found.clues.username == "ada"
    unknown = explain(f'BrandNewException: {{"PASSWORD": "{SECRET}"}}')
    assert SECRET not in f"{unknown.title} {unknown.clues.message}"


@pytest.mark.parametrize("text", ["a" * 20_000, "password" * 2_500, "x:y@" * 5_000, '\\"password\\":' * 1_500])
def test_a_long_text_is_read_at_once(text: str) -> None:
    assert len(without_secrets(text)) <= len(text)
