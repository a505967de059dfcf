"""App clients as Cognito describes them."""

from datetime import timedelta

import pytest

from cognito_explorer.core.user_pools.app_clients import parse_app_client


@pytest.mark.parametrize(
    ("settings", "validity"),
    [
        ({}, timedelta(days=30)),
        ({"RefreshTokenValidity": 0}, timedelta(days=30)),
        ({"RefreshTokenValidity": 5}, timedelta(days=5)),
        ({"RefreshTokenValidity": 90, "TokenValidityUnits": {"RefreshToken": "minutes"}}, timedelta(minutes=90)),
    ],
)
def test_validity_counts_in_the_clients_own_units(settings: dict, validity: timedelta) -> None:
    assert parse_app_client({"ClientId": "c", **settings}).refresh_token_validity == validity


def test_without_a_callback_nobody_can_sign_in() -> None:
    settings = {"ClientId": "c", "AllowedOAuthFlows": ["code"], "AllowedOAuthFlowsUserPoolClient": True}
    assert not parse_app_client(settings).can_sign_in
    assert parse_app_client({**settings, "CallbackURLs": ["https://a/cb"]}).can_sign_in
