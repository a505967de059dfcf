"""A profile in words, where it stands beside others: what kind it is, and what tells it from its namesakes."""

from collections import Counter
from collections.abc import Sequence

from cognito_explorer.core.aws.shared_profiles import is_shared
from cognito_explorer.core.profiles import Profile

KINDS = {
    "sandbox": "Sandbox",
    "aws_profile": "AWS profile",
    "keys": "Access keys",
    "role": "Role",
    "sso": "Identity Center",
    "process": "Program",
    "web_identity": "Web identity",
    "container": "Container",
    "instance": "Instance",
}
_LONGEST_NAME = 48
_END = 16


def short_name(profile: Profile) -> str:
    """Its name, cut in the middle where a menu would be as wide as the screen."""
    name = profile.name
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - _END - 1]}…{name[-_END:]}"


def names_apart(profiles: Sequence[Profile]) -> dict[str, str]:
    """What each is called in a menu, by its id: namesakes with what they are and where they lead."""
    counted = Counter(short_name(profile).casefold() for profile in profiles)
    return {
        each.id: f"{short_name(each)} · {_what_it_is(each)}"
        if counted[short_name(each).casefold()] > 1
        else short_name(each)
        for each in profiles
    }


def _what_it_is(profile: Profile) -> str:
    kind = "AWS files" if is_shared(profile.id) else KINDS[profile.kind]
    return " · ".join(word for word in (kind, profile.region) if word)
