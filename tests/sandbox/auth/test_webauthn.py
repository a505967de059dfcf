"""Passkeys under hostile input: whatever arrives is accepted for a reason or refused with one."""

import base64
import contextlib
import json
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_explorer.sandbox.auth import webauthn
from cognito_explorer.sandbox.auth.webauthn import Ceremony, Refused
from tests.sandbox.auth.passkey_device import VERIFIED, WITH_KEY, Authenticator, b64url

CEREMONY = Ceremony("localhost", "Y2hhbGxlbmdl")
DEVICE = Authenticator(credential_id=b"one")
MADE = DEVICE.create({"challenge": CEREMONY.challenge})
PROOF = DEVICE.get({"challenge": CEREMONY.challenge})
KEY = webauthn.verify_registration(MADE, CEREMONY).public_key
ITEMS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.binary(max_size=40) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(-5, 5) | st.text(max_size=8), inner),
    max_leaves=12,
)


def _bytes(credential: dict[str, Any], name: str) -> bytes:
    text = credential["response"][name]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _with(credential: dict[str, Any], **response: Any) -> dict[str, Any]:
    return credential | {"response": credential["response"] | response}


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    with contextlib.suppress(Refused):
        webauthn.decode_cbor(raw)
    with contextlib.suppress(Refused):
        webauthn.read_public_key(raw)


@settings(max_examples=40, deadline=None)
@given(ITEMS)
def test_any_item_is_a_key_or_refused(item: Any) -> None:
    with contextlib.suppress(Refused):
        webauthn.read_public_key(cbor2.dumps(item))


@settings(max_examples=40, deadline=None)
@given(ITEMS)
def test_any_item_is_an_attestation_or_refused(item: Any) -> None:
    for attestation in (item, {"fmt": "packed", "attStmt": item, "authData": b"x" * 60}):
        with pytest.raises(Refused):
            webauthn.verify_registration(_with(MADE, attestationObject=b64url(cbor2.dumps(attestation))), CEREMONY)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 400), st.integers(0, 7))
def test_no_flipped_bit_of_a_proof_is_accepted(position: int, bit: int) -> None:
    for name in ("authenticatorData", "signature", "clientDataJSON"):
        raw = bytearray(_bytes(PROOF, name))
        raw[position % len(raw)] ^= 1 << bit
        with pytest.raises(Refused):
            webauthn.verify_assertion(_with(PROOF, **{name: b64url(bytes(raw))}), CEREMONY, KEY, sign_count=0)


@settings(max_examples=40, deadline=None)
@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_any_client_data_are_right_or_refused(data: Any) -> None:
    with pytest.raises(Refused):
        webauthn.verify_assertion(
            _with(PROOF, clientDataJSON=b64url(json.dumps(data).encode())), CEREMONY, KEY, sign_count=0
        )


def test_trailing_bytes_indefinite_lengths_and_duplicate_keys_are_refused() -> None:
    whole = _bytes(MADE, "attestationObject")
    with pytest.raises(Refused):
        webauthn.verify_registration(_with(MADE, attestationObject=b64url(whole + b"\0")), CEREMONY)
    for raw in (b"\x9f\xff", b"\xa2\x01\x02\x01\x03", b"\x81" * 50):
        with pytest.raises(Refused):
            webauthn.decode_cbor(raw)


def test_a_user_must_be_present_and_where_wanted_verified() -> None:
    careful = Ceremony("localhost", CEREMONY.challenge, needs_verified_user=True)
    for flags, ceremony in ((VERIFIED, CEREMONY), (1, careful), (WITH_KEY, CEREMONY)):
        device = Authenticator(flags=flags)
        with pytest.raises(Refused, match="The user was not"):
            webauthn.verify_registration(device.create({"challenge": ceremony.challenge}), ceremony)


@pytest.mark.parametrize(
    ("origin", "party", "is_allowed"),
    [
        ("https://moonletter.example", "moonletter.example", True),
        ("https://app.moonletter.example", "moonletter.example", True),
        ("https://app.moonletter.example:8443", "moonletter.example", True),
        ("http://moonletter.example", "moonletter.example", False),
        ("https://notmoonletter.example", "moonletter.example", False),
        ("http://localhost:5000", "localhost", True),
        ("https://moonletter.example", "app.moonletter.example", False),
        ("http://[", "localhost", False),
    ],
)
def test_an_origin_is_the_party_or_below_it(origin: str, party: str, is_allowed: bool) -> None:
    assert webauthn.is_allowed_origin(origin, party) is is_allowed


@pytest.mark.parametrize(
    "framed", [{"crossOrigin": True}, {"crossOrigin": True, "topOrigin": "https://x.example"}, {"crossOrigin": 1}]
)
def test_a_page_in_a_frame_of_another_site_makes_and_proves_nothing(framed: dict[str, Any]) -> None:
    device = Authenticator(framed=framed)
    with pytest.raises(Refused, match="frame"):
        webauthn.verify_registration(device.create({"challenge": CEREMONY.challenge}), CEREMONY)
    with pytest.raises(Refused, match="frame"):
        webauthn.verify_assertion(device.get({"challenge": CEREMONY.challenge}), CEREMONY, KEY, sign_count=0)


def test_client_data_need_not_speak_of_frames() -> None:
    device = Authenticator(framed={})
    assert webauthn.verify_registration(device.create({"challenge": CEREMONY.challenge}), CEREMONY).credential_id


def test_backup_flags_agree_with_each_other_and_with_the_registration() -> None:
    may_back_up, is_backed_up = 8, 16
    device = Authenticator(flags=5 | is_backed_up)
    with pytest.raises(Refused, match="backed up"):
        webauthn.verify_registration(device.create({"challenge": CEREMONY.challenge}), CEREMONY)
    device.flags = 5 | may_back_up
    made = webauthn.verify_registration(device.create({"challenge": CEREMONY.challenge}), CEREMONY)
    assert made.may_back_up
    device.flags = 5
    proof = device.get({"challenge": CEREMONY.challenge})
    with pytest.raises(Refused, match="eligibility"):
        webauthn.verify_assertion(proof, CEREMONY, made.public_key, sign_count=0, may_back_up=True)
    device.flags = 5 | may_back_up | is_backed_up
    proof = device.get({"challenge": CEREMONY.challenge})
    assert webauthn.verify_assertion(proof, CEREMONY, made.public_key, sign_count=0, may_back_up=True) == 0
