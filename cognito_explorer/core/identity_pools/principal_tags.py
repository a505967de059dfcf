"""Attributes for access control: which claims of a login become tags of its session. Source: the developer guide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


@dataclass(frozen=True, slots=True)
class TagMap:
    """A provider's map, from the tag's key to the claim's name. `uses_defaults`: Cognito's own map for the provider."""

    tags: Mapping[str, str] = field(default_factory=dict)
    uses_defaults: bool = False


async def get_tag_map(aws: "Aws", identity_pool_id: str, provider: str) -> TagMap:
    """The map of one provider (GetPrincipalTagAttributeMap), an empty one where none was set. Raises ExplorerError.

    `provider` is the user pool's name without the app client, a public provider's, or an ARN.
    """
    answer = await aws.read(
        aws.identity.get_principal_tag_attribute_map, IdentityPoolId=identity_pool_id, IdentityProviderName=provider
    )
    return TagMap(dict(answer.get("PrincipalTags", {})), answer.get("UseDefaults", False))
