"""What everybody may rely on in the demo world."""

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError

from cognito_explorer.sandbox.seeds.directory import EU_CLIENT_ID, EU_POOL_ID
from cognito_explorer.sandbox.seeds.europe import (
    MARGARETS_DEVICE_GROUP,
    MARGARETS_DEVICE_KEY,
    MARGARETS_DEVICE_SECRET,
)
from cognito_explorer.sandbox.seeds.people import Person, everybody
from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.hosted_ui.browser import MACHINE, PASSWORD, POOL, SERVER, WEB
from tests.sandbox.pools import PoolUnderTest
from tests.sandbox.profile_endpoints.kit import ACCOUNT, call
from tests.sandbox.profile_endpoints.test_single_sign_on import SCOPE, Kit
from tests.sandbox_fixture import RunningSandbox

IDENTITY_POOL = "us-east-1:6d6f6f6e-6c65-4474-8572-2d64656d6f21"
BUCKET = "moonletter-content"
_METADATA_TOKEN = "X-aws-ec2-metadata-token"


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return everybody()


def test_they_are_five_hundred_and_the_same_every_time(people: list[Person]) -> None:
    assert len(people) == 500
    assert people == everybody()


def test_the_documentation_names_the_ids(demo_sandbox: RunningSandbox) -> None:
    page = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    named = {line.rpartition(" | `")[2].removesuffix("` |") for line in page.splitlines() if line.endswith("` |")}
    found: set[str] = set()
    for region in ("us-east-1", "eu-central-1"):
        idp = demo_sandbox.client("cognito-idp", region=region)
        pools = {pool["Id"] for pool in idp.list_user_pools(MaxResults=60)["UserPools"] if "Moon" in pool["Id"]}
        for pool_id in pools:
            clients = idp.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)["UserPoolClients"]
            found |= {pool_id, *(client["ClientId"] for client in clients)}
    assert {EU_POOL_ID, EU_CLIENT_ID, POOL, WEB, SERVER, MACHINE} <= found & named
    assert IDENTITY_POOL in named


def test_no_two_share_a_name_a_sub_or_an_address(people: list[Person]) -> None:
    for values in (
        [person.username for person in people],
        [person.sub for person in people],
        [person.attributes["email"] for person in people],
    ):
        assert len(set(values)) == len(people)


def test_their_addresses_lead_nowhere(people: list[Person]) -> None:
    assert {person.attributes["email"].rpartition(".")[2] for person in people} == {"example", "test"}
    numbers = [person.attributes["phone_number"] for person in people if "phone_number" in person.attributes]
    assert numbers
    assert all(number.startswith("+447700900") and len(number) == 13 for number in numbers)


def test_they_write_their_names_in_many_scripts(people: list[Person]) -> None:
    letters = {letter for person in people for letter in person.attributes["name"] if letter.isalpha()}
    scripts = {unicodedata.name(letter).split()[0] for letter in letters}
    assert scripts >= {
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "ARABIC",
        "HEBREW",
        "DEVANAGARI",
        "CJK",
        "HANGUL",
        "THAI",
        "HIRAGANA",
    }
    assert all(person.username.isascii() for person in people)


def test_they_are_in_every_condition(people: list[Person]) -> None:
    conditions = Counter((person.status, person.is_enabled) for person in people)
    assert all(
        conditions[condition] >= 10
        for condition in (
            ("CONFIRMED", True),
            ("CONFIRMED", False),
            ("FORCE_CHANGE_PASSWORD", True),
            ("UNCONFIRMED", True),
            ("RESET_REQUIRED", True),
        )
    )
    week_s = 7 * 86_400
    invited = [person for person in people if person.status == "FORCE_CHANGE_PASSWORD"]
    assert {person.age_s > week_s for person in invited} == {True, False}
    assert any(person.status == "CONFIRMED" and person.attributes["email_verified"] == "false" for person in people)
    assert max(person.age_s for person in people) > 700 * 86_400


def test_the_pools_stand_in_two_regions(demo_sandbox: RunningSandbox) -> None:
    idp = demo_sandbox.client("cognito-idp")
    pools = {pool["Name"]: pool["Id"] for pool in idp.list_user_pools(MaxResults=60)["UserPools"]}
    assert pools["moonletter"] == POOL
    assert "moonletter-staging" in pools
    europe = demo_sandbox.client("cognito-idp", region="eu-central-1")
    assert "moonletter-eu" in {pool["Name"] for pool in europe.list_user_pools(MaxResults=60)["UserPools"]}
    pool = idp.describe_user_pool(UserPoolId=POOL)["UserPool"]
    assert pool["EstimatedNumberOfUsers"] >= 500
    assert pool["Domain"] == "moonletter"
    assert {"custom:plan", "custom:ref"} <= {attribute["Name"] for attribute in pool["SchemaAttributes"]}


def test_the_clients_are_there(demo_sandbox: RunningSandbox) -> None:
    idp = demo_sandbox.client("cognito-idp")
    clients = {
        client["ClientName"]: client["ClientId"]
        for client in idp.list_user_pool_clients(UserPoolId=POOL, MaxResults=60)["UserPoolClients"]
    }
    assert clients == {"web": WEB, "server": SERVER, "machine": MACHINE}
    web = idp.describe_user_pool_client(UserPoolId=POOL, ClientId=WEB)["UserPoolClient"]
    assert web["CallbackURLs"] == ["http://localhost:8400/callback"]
    assert "ClientSecret" not in web


def test_the_groups_carry_roles_in_order(demo_sandbox: RunningSandbox) -> None:
    groups = demo_sandbox.client("cognito-idp").list_groups(UserPoolId=POOL)["Groups"]
    facts = {group["GroupName"]: (group["Precedence"], group["RoleArn"].rpartition("/")[2]) for group in groups}
    assert facts == {
        "free": (30, "MoonletterReader"),
        "paid": (20, "MoonletterSubscriber"),
        "editors": (10, "MoonletterEditor"),
    }


@pytest.mark.parametrize(
    ("username", "status", "is_enabled"),
    [
        ("ada", "CONFIRMED", True),
        ("grace", "CONFIRMED", True),
        ("linus", "CONFIRMED", True),
        ("alan", "FORCE_CHANGE_PASSWORD", True),
        ("edsger", "UNCONFIRMED", True),
        ("barbara", "RESET_REQUIRED", True),
        ("ken", "CONFIRMED", False),
    ],
)
def test_the_known_users_are_as_promised(
    demo_sandbox: RunningSandbox, username: str, status: str, is_enabled: bool
) -> None:
    user = demo_sandbox.client("cognito-idp").admin_get_user(UserPoolId=POOL, Username=username)
    assert (user["UserStatus"], user["Enabled"]) == (status, is_enabled)


def test_the_roles_trust_the_identity_pool_and_nobody_else(demo_sandbox: RunningSandbox) -> None:
    iam = demo_sandbox.client("iam")
    for name, amr in (
        ("MoonletterGuest", "unauthenticated"),
        ("MoonletterReader", "authenticated"),
        ("MoonletterSubscriber", "authenticated"),
        ("MoonletterEditor", "authenticated"),
    ):
        trust: Any = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        trust = json.loads(trust) if isinstance(trust, str) else trust
        (statement,) = trust["Statement"]
        assert statement["Condition"] == {
            "StringEquals": {"cognito-identity.amazonaws.com:aud": IDENTITY_POOL},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": amr},
        }


def test_every_teaser_has_its_article(demo_sandbox: RunningSandbox) -> None:
    s3 = demo_sandbox.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    teasers = {key.removeprefix("teasers/") for key in keys if key.startswith("teasers/")}
    articles = {key.removeprefix("articles/") for key in keys if key.startswith("articles/")}
    assert teasers == articles
    assert "2026-11-halving.md" in teasers
    body = s3.get_object(Bucket=BUCKET, Key="articles/2026-11-halving.md")["Body"].read().decode()
    assert body.startswith("# The night the Selene halved")


def test_everybody_confirmed_signs_in_with_the_published_password(
    demo_sandbox: RunningSandbox, people: list[Person]
) -> None:
    public = demo_sandbox.public_client("cognito-idp")
    confirmed = [person for person in people if person.status == "CONFIRMED" and person.is_enabled]
    for person in (*confirmed[:3], *confirmed[-3:]):
        answer = public.initiate_auth(
            ClientId=WEB,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": person.username, "PASSWORD": PASSWORD},
        )
        assert "IdToken" in answer["AuthenticationResult"]


def test_people_of_moonbook_and_moonlight_are_let_in(demo_sandbox: RunningSandbox) -> None:
    idp = demo_sandbox.client("cognito-idp")
    providers = idp.list_identity_providers(UserPoolId=POOL)["Providers"]
    assert {each["ProviderName"]: each["ProviderType"] for each in providers} == {
        "Moonbook": "OIDC",
        "MoonlightCorp": "SAML",
    }
    web = idp.describe_user_pool_client(UserPoolId=POOL, ClientId=WEB)["UserPoolClient"]
    assert web["SupportedIdentityProviders"] == ["COGNITO", "Moonbook", "MoonlightCorp"]


def test_margaret_of_the_european_pool_needs_her_authenticator_app(demo_sandbox: RunningSandbox) -> None:
    idp = demo_sandbox.client("cognito-idp", region="eu-central-1")
    client_id = idp.list_user_pool_clients(UserPoolId=EU_POOL_ID, MaxResults=1)["UserPoolClients"][0]["ClientId"]
    public = demo_sandbox.public_client("cognito-idp", region="eu-central-1")
    asked = public.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "margaret", "PASSWORD": PASSWORD},
    )
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    shown = idp.admin_get_user(UserPoolId=EU_POOL_ID, Username="margaret")
    assert shown["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]


def test_margarets_computer_stands_in_for_her_authenticator_app(demo_sandbox: RunningSandbox) -> None:
    idp = demo_sandbox.client("cognito-idp", region="eu-central-1")
    public = demo_sandbox.public_client("cognito-idp", region="eu-central-1")
    names = {
        username: [
            attribute["Value"]
            for device in idp.admin_list_devices(UserPoolId=EU_POOL_ID, Username=username)["Devices"]
            for attribute in device["DeviceAttributes"]
            if attribute["Name"] == "device_name"
        ]
        for username in ("margaret", "annie")
    }
    assert names["margaret"] == ["Margaret's computer"]
    assert sorted(names["annie"]) == ["Annie's phone", "The family tablet"]
    pool = PoolUnderTest(demo_sandbox, idp, public, EU_POOL_ID, EU_CLIENT_ID)
    computer = DeviceClient(pool, {"DeviceKey": MARGARETS_DEVICE_KEY, "DeviceGroupKey": MARGARETS_DEVICE_GROUP})
    computer.secret = MARGARETS_DEVICE_SECRET
    asked = public.initiate_auth(
        ClientId=EU_CLIENT_ID,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "margaret", "PASSWORD": PASSWORD, "DEVICE_KEY": MARGARETS_DEVICE_KEY},
    )
    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert "IdToken" in computer.prove(asked, "margaret")["AuthenticationResult"]


def test_the_european_pages_are_managed_login_and_the_others_classic(demo_sandbox: RunningSandbox) -> None:
    europe = demo_sandbox.client("cognito-idp", region="eu-central-1")
    style = europe.describe_managed_login_branding_by_client(UserPoolId=EU_POOL_ID, ClientId=EU_CLIENT_ID)
    assert style["ManagedLoginBranding"]["UseCognitoProvidedValues"] is True
    described = europe.describe_user_pool_domain(Domain="moonletter-eu")["DomainDescription"]
    assert described["ManagedLoginVersion"] == 2
    idp = demo_sandbox.client("cognito-idp")
    for domain in ("moonletter", "moonletter-staging"):
        assert idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]["ManagedLoginVersion"] == 1
    query = {"client_id": EU_CLIENT_ID, "response_type": "code", "redirect_uri": "http://localhost:8400/callback"}
    page = call(f"{demo_sandbox.browser_origin}/_hosted/moonletter-eu/login?{urlencode(query)}")
    assert page.status == 200


def test_single_sign_on_offers_support_and_developers(demo_sandbox: RunningSandbox) -> None:
    kit = Kit(demo_sandbox)
    _, tokens = kit.sign_in(SCOPE)
    ask = {"accessToken": tokens["accessToken"], "accountId": ACCOUNT}
    offered = {role["roleName"] for role in kit.portal.list_account_roles(**ask)["roleList"]}
    assert {"MoonletterSupport", "MoonletterDeveloper"} <= offered
    issued = kit.portal.get_role_credentials(**ask, roleName="MoonletterSupport")["roleCredentials"]
    kit.http.close()
    keys = (issued["accessKeyId"], issued["secretAccessKey"], issued["sessionToken"])
    idp = demo_sandbox.client("cognito-idp", keys=keys)
    assert idp.list_users(UserPoolId=POOL, Filter='username = "ada"')["Users"]
    with pytest.raises(ClientError, match="AccessDenied"):
        idp.describe_user_pool_client(UserPoolId=POOL, ClientId=SERVER)
    with pytest.raises(ClientError, match="AccessDenied"):
        idp.admin_delete_user(UserPoolId=POOL, Username="ada")


def test_the_instance_and_the_container_have_roles_for_their_work(demo_sandbox: RunningSandbox) -> None:
    token = call(f"{demo_sandbox.endpoint}/_imds/latest/api/token", "PUT", {f"{_METADATA_TOKEN}-ttl-seconds": "60"})
    address = f"{demo_sandbox.endpoint}/_imds/latest/meta-data/iam/security-credentials"
    headers = {_METADATA_TOKEN: token.text}
    assert call(f"{address}/", headers=headers).text == "MoonletterWebServer"
    server = json.loads(call(f"{address}/MoonletterWebServer", headers=headers).text)
    headers = {"Authorization": (demo_sandbox.data / "container-token").read_text()}
    mailer = json.loads(call(f"{demo_sandbox.endpoint}/_container/credentials", headers=headers).text)
    assert mailer["RoleArn"].endswith(":role/MoonletterMailer")
    clients = [
        demo_sandbox.client("cognito-idp", keys=(each["AccessKeyId"], each["SecretAccessKey"], each["Token"]))
        for each in (server, mailer)
    ]
    assert clients[0].admin_get_user(UserPoolId=POOL, Username="ada")["Enabled"]
    assert clients[1].list_users(UserPoolId=POOL, Limit=1)["Users"]
    with pytest.raises(ClientError, match="AccessDenied"):
        clients[1].admin_get_user(UserPoolId=POOL, Username="ada")
