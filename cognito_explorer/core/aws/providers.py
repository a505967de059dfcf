"""botocore's own providers of credentials: with a time limit for programs, overheard, and by AWS's clock."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from cognito_explorer.core.aws.call_log import PROGRAM
from cognito_explorer.core.aws.login_sessions import login_credentials
from cognito_explorer.core.aws.overheard import Overheard
from cognito_explorer.core.aws.programs import Program

if TYPE_CHECKING:
    from botocore.credentials import ConfigProvider, ProcessProvider, ProfileProviderBuilder
    from botocore.session import Session

PROCESS_TIMEOUT_S = 60
# Renewed so long before they end. botocore's quarter of an hour would renew a role's shortest session at each call.
AHEAD_S = 120


def make_resolver(
    session: "Session", overheard: Overheard, cache: dict[str, Any], tokens: Any, prompter: Callable[[str], str]
) -> Any:
    """botocore's chain with our prompter, cache of tokens and programs. The private names are checked by tests."""
    from botocore.credentials import create_credential_resolver

    resolver: Any = create_credential_resolver(overheard.session(session), cache=cache)
    overheard.follow_http(resolver.get_provider("container-role")._fetcher._session)
    overheard.follow_http(resolver.get_provider("iam-role")._role_fetcher._session)
    made = _providers_of(session, overheard, cache, tokens)
    assume_role: Any = resolver.get_provider("assume-role")
    assume_role._prompter = prompter
    assume_role._profile_provider_builder = made
    name = session.get_config_variable("profile") or "default"
    for provider in made.providers(name, disable_env_vars=True):
        method = provider.METHOD or ""
        resolver.insert_after(method, provider)
        resolver.remove(method)
    return resolver


def load_by(now: Callable[[], datetime], load: Callable[[], Any]) -> Any:
    """What a provider found, which ends by AWS's clock. The private name is checked by tests."""
    found = load()
    if found is not None:
        found._time_fetcher = now
    return found


class _Program(Program):
    """A credential_process that is ended when it takes too long. The log names the program, never its words."""

    def __init__(self, overheard: Overheard, command: list[str], **streams: Any) -> None:
        self._end = overheard.begin(PROGRAM, f"run {Path(command[0]).name}")
        try:
            super().__init__(overheard.programs, command, **streams)
        except OSError as trouble:
            self._end(type(trouble).__name__)
            raise

    @override
    def communicate(self, input: bytes | None = None, timeout: float | None = None) -> tuple[bytes, bytes]:
        try:
            said = super().communicate(input, timeout or PROCESS_TIMEOUT_S)
        except subprocess.TimeoutExpired as trouble:
            self._end(type(trouble).__name__)
            raise
        ended = "abandoned" if self._programs.are_over else f"exit {self.returncode}"
        self._end("ok" if self.returncode == 0 else ended)
        return said


def _providers_of(
    session: "Session", overheard: Overheard, cache: dict[str, Any], tokens: Any
) -> "ProfileProviderBuilder":
    """botocore's providers of one profile; its programs have a time limit, and keys may stand in memory."""
    from botocore.credentials import ConfigProvider, CredentialProvider, ProcessProvider, ProfileProviderBuilder

    class Login(CredentialProvider):
        METHOD = "login"

        def __init__(self, profile_name: str) -> None:
            super().__init__(session)
            self._name = profile_name

        def load(self) -> Any:
            return login_credentials(self._name, session.full_config["profiles"].get(self._name, {}), AHEAD_S)

    class Providers(ProfileProviderBuilder):
        def providers(self, profile_name: str, disable_env_vars: bool = False) -> list[CredentialProvider]:
            made: list[Any] = super().providers(profile_name, disable_env_vars)
            for each in made:
                each.load = partial(load_by, overheard.now, each.load)
            return made

        def _create_process_provider(self, profile_name: str) -> "ProcessProvider":
            return ProcessProvider(profile_name, lambda: session.full_config, popen=partial(_Program, overheard))

        def _create_config_provider(self, profile_name: str) -> "ConfigProvider":
            # Out of the session's memory, where own profiles stand, instead of the file.
            return ConfigProvider("", profile_name, config_parser=lambda _file: session.full_config)

        def _create_login_provider(self, profile_name: str) -> Any:
            return Login(profile_name)

    return Providers(overheard.session(session), cache=cache, sso_token_cache=tokens)
