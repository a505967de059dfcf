"""A profile as a row of the list, and what a filter finds it by."""

from cognito_explorer.core.profiles import Profile
from cognito_explorer.gui.connection.endpoint_column import endpoint_column, endpoint_text
from cognito_explorer.gui.connection.profile_modes import mode_words
from cognito_explorer.gui.connection.profile_words import KINDS
from cognito_explorer.gui.lib.columns import Column


def profile_columns() -> tuple[Column[Profile], ...]:
    """Name and colour, what it is, where it leads, and what may be changed through it."""
    return (
        Column("Name", lambda profile: profile.name, dot=lambda profile: profile.color, width=200),
        Column("Kind", lambda profile: KINDS[profile.kind], width=110),
        Column("Region", lambda profile: profile.region or "from the AWS profile", width=140),
        Column("From", _origin, width=160, is_identifier=True),
        endpoint_column(
            lambda profile: profile.endpoint_url,
            otherwise=_usual_place,
            width=225,
        ),
        Column("Mode", mode_words, width=160),
    )


def _usual_place(profile: Profile) -> str:
    if profile.kind == "sandbox":
        return "here"
    return "AWS, FIPS" if profile.use_fips else "AWS"


def filter_text(profile: Profile) -> str:
    """What the filter looks at."""
    words = (
        profile.name,
        KINDS[profile.kind],
        profile.region,
        _origin(profile),
        endpoint_text(profile.endpoint_url),
        _usual_place(profile),
    )
    return " ".join(words).casefold()


def _origin(profile: Profile) -> str:
    origins = {
        "aws_profile": profile.aws_profile,
        "keys": profile.access_key_id,
        "role": profile.role_arn,
        "sso": f"{profile.sso_account_id} {profile.sso_role_name}",
        "process": "a program",
        "web_identity": profile.role_arn,
    }
    return origins.get(profile.kind, "")
