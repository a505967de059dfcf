"""Where a profile's credentials come from: botocore's own chain, with time limits, asking a person where it must.

botocore would ask for MFA codes on the terminal, write tokens below ~/.aws, and run programs without a time limit.
"""

import logging
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws import providers
from cognito_explorer.core.aws.call_log import CallLog
from cognito_explorer.core.aws.clock import Clock
from cognito_explorer.core.aws.connection import CONNECT_TIMEOUT_S, READ_TIMEOUT_S
from cognito_explorer.core.aws.foreign_answers import watch_for_strangers
from cognito_explorer.core.aws.overheard import Overheard
from cognito_explorer.core.aws.person import Person, Question
from cognito_explorer.core.aws.providers import AHEAD_S, load_by, make_resolver
from cognito_explorer.core.aws.shared_profiles import read_config
from cognito_explorer.core.aws.sso_tokens import SsoSession, SsoTokens
from cognito_explorer.core.errors import InvalidInput, SessionExpired
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.vault import MemoryVault
from cognito_explorer.core.version import own_version

if TYPE_CHECKING:
    from threading import RLock

    from botocore.session import Session

_OWN, _SOURCE = "cognito explorer", "cognito explorer source"
_WRONG_CODE = "MultiFactorAuthentication failed"
_ASK_AGAIN = "AWS did not accept this code. A code works once: wait for the next one your device shows."
_NO_CODE = "This is not a code: it has six digits."
_ENDED = "Your session there has ended."


def make_session(profile: Profile, person: Person | None = None, overheard: Overheard | None = None) -> "Session":
    """A botocore session that reads the shared files only for a profile that lives in them.

    `overheard` hears what is sent to get credentials. Without it nobody does: for sessions that fetch none.
    Raises InvalidInput for an imported profile that leads elsewhere before a person has confirmed it.
    """
    if profile.is_foreign:
        title = f"“{profile.name}” was imported and leads to a place that you have not confirmed."
        raise InvalidInput(title, "Choose it again and look at where it leads, or edit it.", code="NotConfirmed")
    session = _bare_session(profile)
    session.register_component("data_loader", _shared_loader())
    watch_for_strangers(session)
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_utc)
    if profile.kind not in ("sandbox", "keys"):
        # For the clients that botocore makes by itself, to assume a role or to fetch a token.
        limits = {"connect_timeout": CONNECT_TIMEOUT_S, "read_timeout": READ_TIMEOUT_S}
        settings: dict[str, Any] = {**limits, "retries": {"mode": "standard", "total_max_attempts": 1}}
        if profile.kind != "aws_profile" and not profile.endpoint_url:
            # As for our own clients: tokens go to the real AWS, whatever AWS_ENDPOINT_URL says.
            settings["ignore_configured_endpoint_urls"] = True
        from botocore.config import Config

        session.set_default_client_config(Config(**settings, **network_settings(profile)))
        session.register_component("credential_provider", _Chain(profile, session, person, overheard or _deaf()))
    # What it says here is raised as well, and shown; a program's words do not belong into a log.
    logging.getLogger("botocore.credentials").setLevel(logging.CRITICAL)
    logging.getLogger("botocore.tokens").setLevel(logging.CRITICAL)
    return session


def network_settings(profile: Profile) -> dict[str, Any]:
    """botocore's settings for the profile's proxy and FIPS endpoints."""
    settings: dict[str, Any] = {"use_fips_endpoint": True} if profile.use_fips and not profile.endpoint_url else {}
    if profile.proxy_url:
        settings["proxies"] = {"http": profile.proxy_url, "https": profile.proxy_url}
    return settings


def user_agent(session: "Session") -> str:
    """Who asks, as CloudTrail shows it. botocore would put its own words together anew, twice for each call."""
    return f"Cognito-Explorer/{own_version()} {session.user_agent()}"


def sso_session_of(session: "Session") -> SsoSession | None:
    """Where a session's profile, or the profile its role is assumed with, signs in; None without single sign-on."""
    config = session.full_config
    name = session.get_config_variable("profile") or "default"
    for _ in range(len(config["profiles"])):
        settings = config["profiles"].get(name, {})
        own = str(settings.get("sso_session", ""))  # an indented block makes a table of it
        found = {**config.get("sso_sessions", {}).get(own, {}), **settings}
        if "sso_start_url" in found and "sso_region" in found:
            return SsoSession(found["sso_start_url"], found["sso_region"], own)
        name = str(settings.get("source_profile", ""))
    return None


class _Chain:
    """In the place of botocore's resolver: the same providers, resolved anew whenever what they gave runs out."""

    def __init__(self, profile: Profile, session: "Session", person: Person | None, overheard: Overheard) -> None:
        self._profile = profile
        self._session = session
        self._overheard = overheard
        self._person = person
        self._first: Any = None
        self._cache: dict[str, Any] = {} if person is None else person.credentials_of(profile)
        self._tokens = SsoTokens(MemoryVault) if person is None else person.sso_tokens
        self._problem = ""
        self._is_code_asked = False

    def load_credentials(self) -> Any:
        """What botocore calls once per session, when it makes the first client."""
        from botocore.credentials import DeferredRefreshableCredentials, RefreshableCredentials

        found = self._resolve()
        if not isinstance(found, RefreshableCredentials):
            return found
        self._first = found
        renewed: Any = DeferredRefreshableCredentials(
            refresh_using=self._fetch, method=found.method, time_fetcher=self._overheard.now
        )
        renewed._advisory_refresh_timeout = renewed._mandatory_refresh_timeout = AHEAD_S
        return renewed

    def _fetch(self) -> dict[str, Any]:
        """Credentials that are good for a while. Blocks while a person is asked. Raises what botocore raises."""
        from botocore.exceptions import ClientError, ParamValidationError, SSOError, TokenRetrievalError

        if self._person is None:
            return self._try()
        turn: RLock = self._person.turn(self._profile)
        with turn:
            while True:
                try:
                    return self._try()
                except ClientError as trouble:
                    if _WRONG_CODE not in str(trouble) or not self._is_code_asked:
                        raise
                    self._problem = _ASK_AGAIN
                except ParamValidationError as trouble:
                    if "TokenCode" not in str(trouble):
                        raise
                    self._problem = _NO_CODE
                except (SSOError, TokenRetrievalError) as trouble:
                    self._sign_in(trouble)

    def _try(self) -> dict[str, Any]:
        found, self._first = self._first or self._resolve(), None
        self._is_code_asked = False
        frozen = self._limited(found.get_frozen_credentials)
        self._problem = ""
        ends = getattr(found, "_expiry_time", None)  # botocore keeps it to itself
        return {
            "access_key": frozen.access_key,
            "secret_key": frozen.secret_key,
            "token": frozen.token,
            "expiry_time": (ends or datetime.max.replace(tzinfo=UTC)).isoformat(),
        }

    def _resolve(self) -> Any:
        # Anew each time: botocore's provider of roles takes being asked twice for a loop of source profiles.
        resolver = make_resolver(self._session, self._overheard, self._cache, self._tokens, self._ask_code)
        if self._profile.kind in ("container", "instance"):
            method = "container-role" if self._profile.kind == "container" else "iam-role"
            from botocore.credentials import CredentialResolver

            resolver = CredentialResolver([resolver.get_provider(method)])
        found = self._limited(partial(load_by, self._overheard.now, resolver.load_credentials))
        if found is None and self._profile.kind in ("container", "instance"):
            title = f"This computer is no {self._profile.kind} that AWS gives credentials to."
            hint = "This kind of profile works inside AWS: in ECS, EKS or on EC2. Elsewhere use another kind."
            raise SessionExpired(title, hint, code="NoCredentialsError")
        return found

    def _limited(self, work: Callable[[], Any]) -> Any:
        """Programs, files and metadata services fail in many ways; botocore lets through what that comes to."""
        try:
            return work()
        except subprocess.TimeoutExpired as trouble:
            limit_s = providers.PROCESS_TIMEOUT_S
            title = f"The program of “{self._profile.name}” printed no credentials within {limit_s} seconds."
            hint = "It may wait for an answer on a terminal. Run it there first, then try again."
            raise SessionExpired(title, hint, code="ProcessTimeout") from trouble
        except (OSError, ValueError, KeyError, RuntimeError) as trouble:
            raise _no_credentials(self._profile, trouble) from trouble

    def _ask_code(self, prompt: str) -> str:
        serial = prompt.removeprefix("Enter MFA code for ").strip(" :")
        if self._person is None:
            title = "This AWS profile asks for a code from your MFA device."
            hint = "Get temporary keys with the AWS CLI (aws sts assume-role …) and add them as a profile of kind keys."
            raise SessionExpired(title, hint, code=serial)
        self._is_code_asked = True
        return self._put(self._person, Question(self._profile, mfa_serial=serial, problem=self._problem))

    def _sign_in(self, trouble: Exception) -> None:
        sso = sso_session_of(self._session)
        if sso is None or self._person is None:
            raise trouble
        self._put(self._person, Question(self._profile, sso=sso, problem=self._problem))
        self._problem = _ENDED

    def _put(self, person: Person, question: Question) -> str:
        try:
            return person.put(question)
        except SessionExpired:
            self._problem = ""
            raise


def _bare_session(profile: Profile) -> "Session":
    from botocore.session import Session

    if profile.kind == "aws_profile":
        session = Session(profile=profile.aws_profile)
        settings = read_config(session)["profiles"].get(profile.aws_profile)
        if settings is not None and profile.endpoint_url and "services" not in settings:
            # In memory only, so that a role is assumed where its keys are known.
            settings.setdefault("endpoint_url", profile.endpoint_url)
        return session
    nothing = (None, None, os.devnull, None)
    apart: dict[str, Any] = {"profile": (None, None, None, None)}
    if not profile.source_profile:
        apart |= {"config_file": nothing, "credentials_file": nothing}
    session = Session(session_vars=apart)
    if profile.kind not in ("sandbox", "keys"):
        config = read_config(session)
        config["profiles"] |= _own_settings(profile)
        config.setdefault("sso_sessions", {})[profile.sso_start_url] = {
            "sso_start_url": profile.sso_start_url,
            "sso_region": profile.sso_region,
        }
        session.set_config_variable("profile", _OWN)
    return session


def _own_settings(profile: Profile) -> dict[str, dict[str, str]]:
    """An own profile as ~/.aws/config would have it; it stands in botocore's memory alone."""
    own = {"region": profile.region, "endpoint_url": profile.endpoint_url}
    source: dict[str, str] = {}
    match profile.kind:
        case "role":
            own |= {"role_arn": profile.role_arn, "source_profile": profile.source_profile or _SOURCE}
            own |= {"external_id": profile.external_id, "mfa_serial": profile.mfa_serial}
            source = {
                "aws_access_key_id": profile.access_key_id,
                "aws_secret_access_key": profile.secret_access_key,
                "aws_session_token": profile.session_token,
            }
        case "sso":
            own |= {"sso_session": profile.sso_start_url}
            own |= {"sso_account_id": profile.sso_account_id, "sso_role_name": profile.sso_role_name}
        case "process":
            own["credential_process"] = profile.credential_process
        case "web_identity":
            own |= {"role_arn": profile.role_arn, "web_identity_token_file": profile.web_identity_token_file}
    return {_OWN: _filled(own), _SOURCE: _filled(source)}


def _filled(settings: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in settings.items() if value}


def _deaf() -> Overheard:
    return Overheard(CallLog(), Clock())


def _no_credentials(profile: Profile, trouble: Exception) -> SessionExpired:
    if profile.kind == "aws_profile":
        title = f"The AWS profile “{profile.aws_profile}” gave no credentials."
        hint = "Run it with the AWS CLI (aws sts get-caller-identity --profile …) and mend what it says."
    elif profile.kind == "process":
        title = f"The program of “{profile.name}” gave no credentials."
        hint = "Run it in a terminal: it must print the JSON that AWS describes for credential_process."
    elif profile.kind == "web_identity":
        title = f"The token file of “{profile.name}” cannot be read."
        hint = f"Look whether {profile.web_identity_token_file} is there and whether you may read it."
    else:
        title = f"“{profile.name}” gave no credentials."
        hint = "Look at the profile and try again."
    return SessionExpired(title, hint, code=type(trouble).__name__)


def _utc(value: Any) -> datetime:
    """botocore's own parser answers in the computer's time zone."""
    try:
        return datetime.fromtimestamp(value, UTC)
    except (TypeError, OSError, OverflowError):  # a text, or what this platform's clock does not reach
        from botocore.utils import parse_timestamp

        return parse_timestamp(value).astimezone(UTC)


@lru_cache(maxsize=1)
def _shared_loader() -> Any:
    """botocore reads a service's description once per loader; that is most of what a client costs."""
    import botocore.loaders

    return botocore.loaders.create_loader()
