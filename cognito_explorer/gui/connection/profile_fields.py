"""The fields of a profile, and which of them a kind of credentials has."""

import re
from functools import partial

from cognito_explorer.core.aws.partitions import FIPS_REGIONS, KNOWN_REGIONS
from cognito_explorer.core.aws.shared_profiles import SharedProfile
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.profiles import Place, Profile, check_address_of, clean_name, free_name
from cognito_explorer.gui.connection.profile_colors import COLORS
from cognito_explorer.gui.connection.profile_modes import MODES, ORDER
from cognito_explorer.gui.lib.form import Field, Form

_KINDS = (
    ("aws_profile", "A profile from your AWS files"),
    ("sso", "IAM Identity Center (single sign-on)"),
    ("keys", "Access keys"),
    ("role", "A role"),
    ("process", "A program that prints credentials"),
    ("web_identity", "A role by a web identity token"),
    ("container", "The role of this container"),
    ("instance", "The role of this instance"),
)
KEYS = ("access_key_id", "secret_access_key", "session_token")
OF_KIND: dict[str, tuple[str, ...]] = {
    "aws_profile": ("aws_profile", "shared_region"),
    "keys": (*KEYS, "region"),
    "role": ("role_arn", "source_profile", *KEYS, "external_id", "mfa_serial", "region"),
    "sso": ("sso_start_url", "sso_region", "sso_account_id", "sso_role_name", "region"),
    "process": ("credential_process", "region"),
    "web_identity": ("role_arn", "web_identity_token_file", "region"),
    "container": ("region",),
    "instance": ("region",),
}
_REGION_HINT = "Where your user pools are, such as eu-central-1."
_MODE_HINT = "Read-only changes nothing; Support helps one user at a time; Admin does all the credentials allow."
_FIPS_HINT = "AWS has them for Cognito in its Regions of the United States. They go with no endpoint of your own."
# An emulator's pools may be in a Region called local.
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}|local")
_NO_SHARED = "There is no profile in your AWS configuration files."
_PROCESS_HINT = "Runs on this computer, as you, whenever credentials are needed. Name only a program you trust."


def profile_fields(profile: Profile, shared: tuple[SharedProfile, ...], taken: frozenset[str]) -> list[Field]:
    """Every field; `show_fitting` hides those of other kinds. `taken` are the names of the others of one's own."""
    names = _named(profile, shared)
    return [
        Field("name", "Name", value=profile.name, is_required=True, check=partial(_problem_of_name, taken)),
        *look_fields(profile),
        Field("kind", "Credentials", kind="choice", choices=_KINDS, value=profile.kind),
        Field(
            "aws_profile",
            "AWS profile",
            kind="choice",
            choices=names or (("", _NO_SHARED),),
            value=profile.aws_profile or (names[0][0] if names else ""),
        ),
        *_role_fields(profile, names),
        *_key_fields(profile),
        *_further_fields(profile),
        *_sign_on_fields(profile),
        region_field(profile),
        Field(
            "shared_region",
            "Region",
            value=profile.region,
            hint=f"{_REGION_HINT} Empty: as the AWS profile says.",
            check=_problem_of_region,
        ),
        *_network_fields(profile),
    ]


def _named(profile: Profile, shared: tuple[SharedProfile, ...]) -> tuple[tuple[str, str], ...]:
    """What can be chosen; what is chosen already stays so, though the files may not be readable just now."""
    found = {one.name: f"{one.name} ({one.kind})" for one in shared}
    for name in (profile.aws_profile, profile.source_profile):
        if name:
            found.setdefault(name, f"{name} (not in the files now)")
    return tuple(found.items())


def look_fields(profile: Profile) -> tuple[Field, ...]:
    """What one tells a profile by, and what may be changed through it."""
    return (
        Field("color", "Colour", kind="choice", choices=COLORS, value=profile.color),
        Field("chosen_mode", "Mode", kind="choice", choices=_modes(), value=profile.mode, hint=_MODE_HINT),
        Field(
            "is_production",
            "Production: frame the window, ask for names to be typed",
            kind="flag",
            value=profile.is_production,
        ),
    )


def region_field(profile: Profile) -> Field:
    """The Region of the user pools."""
    return Field(
        "region", "Region", value=profile.region, is_required=True, hint=_REGION_HINT, check=_problem_of_region
    )


def problem_of_fips(form: Form, region: str = "") -> str:
    """What speaks against FIPS endpoints, as far as it is known where the profile leads, or ""."""
    values = form.values()
    region = region or str(values["shared_region" if values["kind"] == "aws_profile" else "region"])
    if not values["use_fips"]:
        return ""
    if values["endpoint_url"]:
        return "They are AWS's own: leave the endpoint empty, or this off."
    if region in KNOWN_REGIONS and region not in FIPS_REGIONS:
        return f"Cognito has none in {region}, as far as this app knows: leave this off, or choose another Region."
    return ""


def show_fitting(form: Form) -> None:
    """Show only those fields that belong to the kind of credentials chosen."""
    values = form.values()
    shown = set(OF_KIND[str(values["kind"])])
    if values["kind"] == "role" and values["source_profile"]:
        shown -= set(KEYS)
    for key in {key for keys in OF_KIND.values() for key in keys}:
        form.show_field(key, shown=key in shown)
    form.show_error("use_fips", problem_of_fips(form))


def kept_values(form: Form) -> dict[str, str]:
    """What was entered into the fields that are shown; "" for those of other kinds."""
    values = {key: str(value) for key, value in form.values().items()}
    fitting = set(OF_KIND[values["kind"]])
    if values["kind"] == "role" and values["source_profile"]:
        fitting -= set(KEYS)
    of_kinds = {key for keys in OF_KIND.values() for key in keys}
    return {key: value if key in fitting or key not in of_kinds else "" for key, value in values.items()}


def _key_fields(profile: Profile) -> tuple[Field, ...]:
    return (
        Field("access_key_id", "Access key id", value=profile.access_key_id, is_required=True, is_identifier=True),
        Field(
            "secret_access_key", "Secret access key", kind="secret", value=profile.secret_access_key, is_required=True
        ),
        Field("session_token", "Session token", kind="secret", value=profile.session_token, hint="For temporary keys."),
    )


def _role_fields(profile: Profile, names: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    return (
        Field(
            "role_arn",
            "Role",
            value=profile.role_arn,
            is_required=True,
            is_identifier=True,
            placeholder="arn:aws:iam::123456789012:role/Support",
        ),
        Field(
            "source_profile",
            "Assume it with",
            kind="choice",
            choices=(("", "Access keys entered here"), *names),
            value=profile.source_profile,
        ),
    )


def _further_fields(profile: Profile) -> tuple[Field, ...]:
    return (
        Field("external_id", "External id", value=profile.external_id, hint="Only where the role's trust asks for it."),
        Field(
            "mfa_serial",
            "MFA device",
            value=profile.mfa_serial,
            is_identifier=True,
            hint="Its ARN, where the role wants a code. You are asked for the code when it is needed.",
        ),
        Field(
            "credential_process",
            "Command",
            value=profile.credential_process,
            is_required=True,
            is_identifier=True,
            hint=_PROCESS_HINT,
        ),
        Field(
            "web_identity_token_file",
            "Token file",
            value=profile.web_identity_token_file,
            is_required=True,
            is_identifier=True,
        ),
    )


def _sign_on_fields(profile: Profile) -> tuple[Field, ...]:
    return (
        Field(
            "sso_start_url",
            "Start URL",
            value=profile.sso_start_url,
            is_required=True,
            placeholder="https://d-1234567890.awsapps.com/start",
            check=partial(_problem_of_address, "start URL"),
        ),
        Field(
            "sso_region",
            "Region of IAM Identity Center",
            value=profile.sso_region,
            is_required=True,
            hint="It may be another one than that of your user pools.",
        ),
        Field("sso_account_id", "Account", value=profile.sso_account_id, is_required=True, check=_problem_of_account),
        Field(
            "sso_role_name",
            "Permission set",
            value=profile.sso_role_name,
            is_required=True,
            hint="The role's name as your AWS access portal shows it.",
        ),
    )


def _network_fields(profile: Profile) -> tuple[Field, ...]:
    return (
        Field(
            "endpoint_url",
            "Endpoint",
            value=profile.endpoint_url,
            hint="Only for the sandbox, LocalStack, moto, floci and other emulators. Empty means AWS.",
            check=partial(_problem_of_address, "endpoint"),
        ),
        Field(
            "proxy_url",
            "Proxy",
            kind="secret" if "@" in profile.proxy_url else "text",  # a password stands in it
            value=profile.proxy_url,
            hint="Empty: as your system or HTTPS_PROXY says.",
            placeholder="http://proxy.example:8080",
            check=partial(_problem_of_address, "proxy"),
        ),
        Field("use_fips", "Use FIPS endpoints", kind="flag", value=profile.use_fips, hint=_FIPS_HINT),
    )


def _modes() -> tuple[tuple[str, str], ...]:
    return tuple((mode, MODES[mode].name) for mode in ORDER)


def _problem_of_name(taken: frozenset[str], text: str) -> str:
    name = clean_name(text)
    if not name:
        return "Nothing of this name can be seen."
    free = free_name(name, taken)
    return "" if free == name else f"Another profile of yours is called so. “{free}” is free."


def _problem_of_region(text: str) -> str:
    return "" if _REGION.fullmatch(text) else "A Region is written like eu-central-1, us-gov-west-1 or cn-north-1."


def _problem_of_address(place: Place, text: str) -> str:
    try:
        check_address_of(place, text)
    except InvalidInput as problem:
        return f"{problem.title} {problem.hint}"
    return ""


def _problem_of_account(text: str) -> str:
    return "" if text.isascii() and text.isdigit() and len(text) == 12 else "An account id has twelve digits."
