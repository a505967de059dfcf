"""A person for the doors of tests: answers questions as a thread asks them; and roles to be assumed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cognito_explorer.core.aws.person import Person, Question
from cognito_explorer.core.aws.sso_tokens import SsoTokens
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.vault import MemoryVault
from tests.sandbox.one_time_codes import totp
from tests.sandbox_fixture import RunningSandbox

Answer = Callable[[Question], None]


class Asked:
    """A person that remembers what was asked."""

    def __init__(self, answer: Answer) -> None:
        self.questions: list[Question] = []
        self.vault = MemoryVault()
        self._answer = answer
        self.person = Person(self._hear, SsoTokens(lambda: self.vault))

    def _hear(self, question: Question) -> None:
        self.questions.append(question)
        self._answer(question)


@dataclass(frozen=True)
class Employee:
    """An IAM user with an MFA device, who may assume a role that lists user pools and wants MFA."""

    keys: tuple[str, str]
    serial: str
    seed: str
    role_arn: str

    def code(self, *, later_s: float = 0) -> str:
        """What the device shows."""
        return totp(self.seed, later_s=later_s)

    def profile(self, running: RunningSandbox, **changes: Any) -> Profile:
        """An own profile of kind role."""
        settings: dict[str, Any] = {
            "role_arn": self.role_arn,
            "access_key_id": self.keys[0],
            "secret_access_key": self.keys[1],
            "mfa_serial": self.serial,
            "endpoint_url": running.endpoint,
        }
        profile = Profile("r", "Support", "role", "us-east-1", "#3A57D6", **settings)
        return replace(profile, **changes)


def hire(running: RunningSandbox, name: str, *, external_id: str = "") -> Employee:
    """Make the user, the device and the role."""
    iam = running.client("iam")
    user = iam.create_user(UserName=name)["User"]["Arn"]
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    _allow(iam.put_user_policy, "UserName", name, "sts:AssumeRole")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    seed = device["Base32StringSeed"].decode()
    codes = {"AuthenticationCode1": totp(seed, later_s=-60), "AuthenticationCode2": totp(seed, later_s=-30)}
    iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
    conditions: dict[str, Any] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    if external_id:
        conditions["StringEquals"] = {"sts:ExternalId": external_id}
    statement = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "sts:AssumeRole", "Condition": conditions}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    _allow(iam.put_role_policy, "RoleName", f"{name}-role", "cognito-idp:*")
    return Employee((keys["AccessKeyId"], keys["SecretAccessKey"]), device["SerialNumber"], seed, role)


def _allow(put: Callable[..., Any], kind: str, name: str, action: str) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    put(**{kind: name, "PolicyName": "own", "PolicyDocument": document})
