"""KMS behind the gate."""

import json
from pathlib import Path

from tests.sandbox.data_services.people import allow, user_with
from tests.sandbox.pools import refused
from tests.sandbox_fixture import RunningSandbox, start_sandbox


def test_a_key_encrypts_and_decrypts(sandbox: RunningSandbox) -> None:
    kms = sandbox.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/moon", TargetKeyId=key)
    context = {"userpool-id": "p"}
    blob = kms.encrypt(KeyId="alias/moon", Plaintext=b"123456", EncryptionContext=context)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"123456"


def test_using_a_key_needs_the_right_for_this_key(sandbox: RunningSandbox) -> None:
    kms = sandbox.client("kms")
    mine, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    theirs = sandbox.client("kms", keys=user_with(sandbox, "of-one-key", allow(["kms:Encrypt", "kms:Decrypt"], mine)))
    blob = theirs.encrypt(KeyId=mine, Plaintext=b"a")["CiphertextBlob"]
    assert theirs.decrypt(CiphertextBlob=blob)["Plaintext"] == b"a"
    with refused("AccessDeniedException"):
        theirs.encrypt(KeyId=other, Plaintext=b"a")
    foreign = kms.encrypt(KeyId=other, Plaintext=b"a")["CiphertextBlob"]
    with refused("AccessDeniedException"):
        theirs.decrypt(CiphertextBlob=foreign)


def test_without_the_keys_own_policy_no_right_is_enough(sandbox: RunningSandbox) -> None:
    kms = sandbox.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    theirs = sandbox.client("kms", keys=user_with(sandbox, "all-of-kms", allow("kms:*", "*")))
    theirs.encrypt(KeyId=key, Plaintext=b"a")
    closed = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::210987654321:user/somebody-else"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(closed))
    with refused("AccessDeniedException"):
        theirs.encrypt(KeyId=key, Plaintext=b"a")


def test_the_encryption_context_can_be_demanded(sandbox: RunningSandbox) -> None:
    key = sandbox.client("kms").create_key()["KeyMetadata"]["Arn"]
    condition = {"StringEquals": {"kms:EncryptionContext:team": "moon"}}
    theirs = sandbox.client("kms", keys=user_with(sandbox, "in-context", allow("kms:Encrypt", key, **condition)))
    theirs.encrypt(KeyId=key, Plaintext=b"a", EncryptionContext={"team": "moon"})
    with refused("AccessDeniedException"):
        theirs.encrypt(KeyId=key, Plaintext=b"a")


def test_a_key_pair_is_refused_by_name(sandbox: RunningSandbox) -> None:
    with refused("UnsupportedOperationException"):
        sandbox.client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")


def test_a_key_that_is_switched_off_is_of_no_use(sandbox: RunningSandbox) -> None:
    kms = sandbox.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=key)
    with refused("DisabledException"):
        kms.encrypt(KeyId=key, Plaintext=b"a")
    kms.enable_key(KeyId=key)
    kms.encrypt(KeyId=key, Plaintext=b"a")


def test_a_key_that_is_not_there_is_not_found(sandbox: RunningSandbox) -> None:
    with refused("NotFoundException"):
        sandbox.client("kms").encrypt(KeyId="alias/none", Plaintext=b"a")


def test_keys_survive_a_killed_sandbox(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path / "world")
    kms = sandbox.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blobs = [kms.encrypt(KeyId=name, Plaintext=b"a")["CiphertextBlob"] for name in (key, "alias/aws/s3")]
    sandbox.kill()
    again = start_sandbox(tmp_path / "world")
    for blob in blobs:
        assert again.client("kms").decrypt(CiphertextBlob=blob)["Plaintext"] == b"a"
    again.stop()


def test_a_ciphertext_is_opened_with_the_key_it_names_whatever_key_is_named_beside_it(sandbox: RunningSandbox) -> None:
    kms = sandbox.client("kms")
    mine, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    theirs = sandbox.client("kms", keys=user_with(sandbox, "of-mine-alone", allow("kms:*", mine)))
    foreign = kms.encrypt(KeyId=other, Plaintext=b"a")["CiphertextBlob"]
    with refused("IncorrectKeyException"):
        theirs.re_encrypt(SourceKeyId=mine, DestinationKeyId=mine, CiphertextBlob=foreign)
    with refused("IncorrectKeyException"):
        theirs.decrypt(KeyId=mine, CiphertextBlob=foreign)
    own = theirs.encrypt(KeyId=mine, Plaintext=b"b")["CiphertextBlob"]
    again = theirs.re_encrypt(SourceKeyId=mine, DestinationKeyId=mine, CiphertextBlob=own)["CiphertextBlob"]
    assert theirs.decrypt(KeyId=mine, CiphertextBlob=again)["Plaintext"] == b"b"
