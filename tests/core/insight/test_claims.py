"""What each claim means."""

import pytest

from cognito_explorer.core.auth.tokens import DecodedToken, decode, issuer_of
from cognito_explorer.core.insight.claims import claims_of, header_of, meaning_of
from tests.sandbox.hosted_ui.browser import MACHINE, PASSWORD, POOL, WEB, Browser, sign_in
from tests.sandbox_fixture import RunningSandbox

KNOWN = [
    "sub", "aud", "iss", "token_use", "cognito:username", "cognito:groups", "cognito:roles",
    "cognito:preferred_role", "identities", "email", "email_verified", "phone_number", "phone_number_verified",
    "name", "nonce", "auth_time", "iat", "exp", "nbf", "jti", "origin_jti", "event_id", "at_hash", "acr", "amr",
    "client_id", "username", "scope", "device_key", "version", "given_name", "family_name", "middle_name",
    "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo",
    "locale", "address", "updated_at", "azp",
]  # fmt: skip
TOKEN = DecodedToken("id", "raw", {"kid": "k", "alg": "RS256"}, {"iss": issuer_of("us-east-1_abc")})


@pytest.mark.parametrize("name", KNOWN)
def test_every_claim_cognito_writes_is_explained(name: str) -> None:
    meaning = meaning_of(name, TOKEN)
    assert meaning.endswith(".")
    assert "Private claim" not in meaning


def test_the_same_claim_means_something_else_in_an_access_token() -> None:
    assert meaning_of("aud", DecodedToken("access", "raw")) != meaning_of("aud", TOKEN)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("custom:plan", "Custom attribute plan"),
        ("cognito:new", "that this version does not know"),
        ("tenant", "Private claim of https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc. Probably added by"),
    ],
)
def test_an_unknown_claim_is_placed(name: str, part: str) -> None:
    assert part in meaning_of(name, TOKEN)


def test_a_private_claim_of_nobody_known() -> None:
    assert meaning_of("x", DecodedToken("other", "raw")) == "Private claim of an unnamed issuer."


def test_claims_keep_their_order_and_times_are_marked() -> None:
    claims = claims_of(DecodedToken("id", "raw", {}, {"exp": 1, "sub": "s", "cognito:groups": ["paid"], "iat": "soon"}))
    assert [(claim.name, claim.text, claim.is_time) for claim in claims] == [
        ("exp", "1", True),
        ("sub", "s", False),
        ("cognito:groups", '["paid"]', False),
        ("iat", "soon", False),
    ]


def test_a_refresh_tokens_header_tells_of_encryption_and_not_of_a_signature() -> None:
    header = {"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}
    meanings = {field.name: field.meaning for field in header_of(DecodedToken("refresh", "raw", header))}
    assert "encrypted (a JWE)" in meanings["alg"]
    assert "RS256" not in meanings["alg"]
    assert "signs with RS256" in next(field.meaning for field in header_of(TOKEN) if field.name == "alg")


def test_the_header_is_explained_too() -> None:
    assert all(claim.meaning for claim in header_of(TOKEN))


# The ID token's and the standard claims of OpenID Connect Core 1.0 (sections 2, 3.1.3.6, 3.3.2.11, 5.1, 5.6.2 and 7.4),
# of its logout and assurance companions, and of the RFCs on JWTs that the IANA registry takes up for OAuth.
REGISTERED = [
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash",
    "s_hash", "sid", "events", "sub_jwk", "_claim_names", "_claim_sources", "name", "given_name", "family_name",
    "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email", "email_verified",
    "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at",
    "scope", "client_id", "cnf", "act", "may_act", "sub_id", "roles", "groups", "entitlements", "place_of_birth",
    "nationalities", "birth_family_name", "birth_given_name", "birth_middle_name", "salutation", "title", "msisdn",
    "also_known_as", "verified_claims", "htm", "htu", "ath",
]  # fmt: skip


@pytest.mark.parametrize("name", REGISTERED)
def test_every_registered_claim_of_openid_connect_is_explained(name: str) -> None:
    foreign = DecodedToken("other", "raw", {}, {"iss": "https://accounts.example"})
    assert "rivate claim" not in meaning_of(name, foreign)


# IANA's registry "JSON Web Token Claims" as of June 2026, whole.
IANA = [
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "name", "given_name", "family_name", "middle_name",
    "nickname", "preferred_username", "profile", "picture", "website", "email", "email_verified", "gender",
    "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at", "azp",
    "nonce", "auth_time", "at_hash", "c_hash", "acr", "amr", "sub_jwk", "cnf", "sip_from_tag", "sip_date",
    "sip_callid", "sip_cseq_num", "sip_via_branch", "orig", "dest", "mky", "events", "toe", "txn", "rph", "sid",
    "vot", "vtm", "attest", "origid", "act", "scope", "client_id", "may_act", "jcard", "at_use_nbr", "div", "opt",
    "vc", "vp", "sph", "ace_profile", "cnonce", "exi", "roles", "groups", "entitlements", "token_introspection",
    "eat_nonce", "ueid", "sueids", "oemid", "hwmodel", "hwversion", "oemboot", "dbgstat", "location",
    "eat_profile", "submods", "uptime", "bootcount", "bootseed", "dloas", "swname", "swversion", "manifests",
    "measurements", "measres", "intuse", "cdniv", "cdnicrit", "cdniip", "cdniuc", "cdniets", "cdnistt", "cdnistd",
    "sig_val_claims", "authorization_details", "verified_claims", "place_of_birth", "nationalities",
    "birth_family_name", "birth_given_name", "birth_middle_name", "salutation", "title", "msisdn", "also_known_as",
    "htm", "htu", "ath", "atc", "sub_id", "rcd", "rcdi", "crn", "msgi", "_claim_names", "_claim_sources",
    "rdap_allowed_purposes", "rdap_dnt_allowed", "geohash", "_sd", "...", "_sd_alg", "sd_hash", "consumerPlmnId",
    "consumerSnpnId", "producerPlmnId", "producerSnpnId", "producerSnssaiList", "producerNsiList",
    "producerNfSetId", "producerNfServiceSetId", "sourceNfInstanceId", "analyticsIdList", "resOwnerId", "cmw",
    "jwks", "metadata", "constraints", "crit", "ref", "delegation", "logo_uri", "authority_hints",
    "trust_anchor_hints", "trust_marks", "trust_mark_issuers", "trust_mark_owners", "metadata_policy",
    "metadata_policy_crit", "source_endpoint", "keys", "trust_mark_type", "trust_chain", "trust_anchor", "status",
    "status_list", "ttl", "stpl",
]  # fmt: skip


def test_every_claim_of_ianas_registry_is_explained() -> None:
    assert len(IANA) == len(set(IANA)) == 163
    foreign = DecodedToken("other", "raw", {}, {"iss": "https://accounts.example"})
    for name in IANA:
        for token in (foreign, TOKEN):
            meaning = meaning_of(name, token)
            assert "rivate claim" not in meaning, name
            assert meaning.endswith("."), name


def test_a_registered_claim_in_a_pools_token_is_a_triggers_and_may_mean_something_else() -> None:
    meaning = meaning_of("location", TOKEN)
    assert meaning.startswith("Cognito never writes it. Probably added by a pre token generation trigger.")
    assert meaning.endswith("Attestation of devices (EAT, RFC 9711): where the device is.")


def open_id_token(sandbox: RunningSandbox) -> str:
    """Of an identity pool, with session tags: a developer's user."""
    admin = sandbox.client("cognito-identity")
    pool = admin.create_identity_pool(
        IdentityPoolName="tagged", AllowUnauthenticatedIdentities=False, DeveloperProviderName="login.example"
    )["IdentityPoolId"]
    try:
        token: str = admin.get_open_id_token_for_developer_identity(
            IdentityPoolId=pool, Logins={"login.example": "u"}, PrincipalTags={"team": "blue"}
        )["Token"]
    finally:
        admin.delete_identity_pool(IdentityPoolId=pool)
    return token


def test_every_claim_of_the_sandboxs_own_tokens_is_explained(demo_sandbox: RunningSandbox) -> None:
    public = demo_sandbox.public_client("cognito-idp")
    tokens = public.initiate_auth(
        ClientId=WEB, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD}
    )["AuthenticationResult"]
    hosted = sign_in(demo_sandbox, "ada", nonce="n")
    own = demo_sandbox.client("cognito-idp").describe_user_pool_client(UserPoolId=POOL, ClientId=MACHINE)
    secret = own["UserPoolClient"]["ClientSecret"]
    with Browser(demo_sandbox) as browser:
        machine = browser.token(grant_type="client_credentials", client_id=MACHINE, client_secret=secret).json()
    issued = [tokens["IdToken"], tokens["AccessToken"], hosted["id_token"], hosted["access_token"]]
    for raw in (*issued, machine["access_token"], open_id_token(demo_sandbox)):
        token = decode(raw)
        assert token.claims
        for claim in (*claims_of(token), *header_of(token)):
            assert "rivate claim" not in claim.meaning, claim.name
            assert "does not know" not in claim.meaning, claim.name
    assert [each.name for each in header_of(decode(tokens["RefreshToken"])) if "does not know" in each.meaning] == []
