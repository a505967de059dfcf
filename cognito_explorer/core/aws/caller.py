"""Who AWS says we are: shown beside the profile before any write, and how a connection is tested."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


@dataclass(frozen=True, slots=True)
class Caller:
    """The answer of sts:GetCallerIdentity."""

    account_id: str
    arn: str
    user_id: str


async def get_caller_identity(aws: "Aws") -> Caller:
    """Needs no permission, so it proves that the credentials work. The journal names the caller from now on.

    Raises ExplorerError.
    """
    answer = await aws.read(aws.sts.get_caller_identity)
    aws.caller_arn = answer["Arn"]
    return Caller(answer["Account"], answer["Arn"], answer["UserId"])
