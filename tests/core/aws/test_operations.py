"""Every operation of the services we call is listed with what it does; the lists follow botocore's models."""

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.aws.connection import Operation
from cognito_explorer.core.aws.operations import BILLED, LISTED, Effect, effect_of, is_billed

SERVICES = ("cognito-idp", "cognito-identity")


def operations_of(service: str) -> set[str]:
    return set(Loader().load_service_model(service, "service-2")["operations"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_cognito_is_listed_and_nothing_else(service: str) -> None:
    assert {name for listed, name in LISTED if listed == service} == operations_of(service)


@pytest.mark.parametrize("service", sorted({service for service, _ in LISTED} - set(SERVICES)))
def test_what_is_listed_of_other_services_exists(service: str) -> None:
    assert {name for listed, name in LISTED if listed == service} <= operations_of(service)


@given(st.text(max_size=20), st.text(max_size=40))
def test_what_is_not_listed_counts_as_an_administrators_write(service: str, name: str) -> None:
    assert (service, name) in LISTED or effect_of(service, name) is Effect.ADMIN_WRITE


@pytest.mark.parametrize(
    ("service", "name", "effect"),
    [
        ("cognito-idp", "ListUsers", Effect.READ),
        ("cognito-idp", "GetUserAttributeVerificationCode", Effect.USER_WRITE),
        ("cognito-identity", "GetId", Effect.SIGN_IN),
        ("cognito-identity", "GetOpenIdTokenForDeveloperIdentity", Effect.USER_WRITE),
        ("cognito-idp", "GetTokensFromRefreshToken", Effect.SIGN_IN),
        ("cognito-idp", "StopUserImportJob", Effect.ADMIN_WRITE),
        ("lambda", "Invoke", Effect.ADMIN_WRITE),
    ],
)
def test_verbs_that_mislead_are_told_apart(service: str, name: str, effect: Effect) -> None:
    assert effect_of(service, name) is effect


def test_reading_one_user_by_name_is_billed_and_listing_them_is_not() -> None:
    assert is_billed("cognito-idp", "AdminGetUser")
    assert not is_billed("cognito-idp", "ListUsers")


def test_only_what_is_listed_is_billed() -> None:
    assert set(LISTED) >= BILLED


@pytest.mark.parametrize(("service", "name"), sorted(LISTED))
def test_boto3s_name_leads_to_the_listed_one(service: str, name: str) -> None:
    assert Operation(service, xform_name(name)).title == name
