"""Which function answers which address of the profile endpoints."""

from concurrent.futures import ThreadPoolExecutor

from starlette.routing import BaseRoute, Mount, Route

from cognito_explorer.sandbox.profile_endpoints import (
    console_sign_in,
    container_credentials,
    instance_metadata,
    sso_oidc,
    sso_pages,
    sso_portal,
)
from cognito_explorer.sandbox.profile_endpoints.asking import (
    Answer,
    Refusal,
    endpoint,
    refuse_as_json,
    refuse_as_oauth,
    refuse_as_text,
)
from cognito_explorer.sandbox.world import World

# Paths that begin with an underscore: no bucket and no user pool has such a name.
_SSO: tuple[tuple[str, str, Answer, Refusal], ...] = (
    ("GET", "/start", sso_pages.start, refuse_as_text),
    ("GET", "/device", sso_pages.show_device, refuse_as_text),
    ("POST", "/device", sso_pages.decide, refuse_as_text),
    ("POST", "/oidc/client/register", sso_oidc.register, refuse_as_oauth),
    ("POST", "/oidc/device_authorization", sso_oidc.start_device, refuse_as_oauth),
    ("POST", "/oidc/token", sso_oidc.create_token, refuse_as_oauth),
    ("GET", "/oidc/authorize", sso_pages.authorize, refuse_as_text),
    ("POST", "/oidc/authorize", sso_pages.answer_authorize, refuse_as_text),
    ("GET", "/portal/assignment/accounts", sso_portal.list_accounts, refuse_as_json),
    ("GET", "/portal/assignment/roles", sso_portal.list_account_roles, refuse_as_json),
    ("GET", "/portal/federation/credentials", sso_portal.get_role_credentials, refuse_as_json),
    ("POST", "/portal/logout", sso_portal.log_out, refuse_as_json),
)
_IMDS: tuple[tuple[str, str, Answer, Refusal], ...] = (
    ("PUT", "/latest/api/token", instance_metadata.put_token, refuse_as_text),
    ("GET", "/latest/{name:path}", instance_metadata.read_metadata, refuse_as_text),
)
_CONTAINER: tuple[tuple[str, str, Answer, Refusal], ...] = (
    ("GET", "/credentials", container_credentials.get_credentials, refuse_as_json),
    ("GET", "/credentials/{role}", container_credentials.get_credentials, refuse_as_json),
)
_SIGN_IN: tuple[tuple[str, str, Answer, Refusal], ...] = (
    ("GET", "/federation", console_sign_in.federate, refuse_as_text),
    ("POST", "/federation", console_sign_in.federate, refuse_as_text),
)


def routes(world: World, writer: ThreadPoolExecutor) -> list[BaseRoute]:
    """Everything below `/_sso`, `/_imds`, `/_container` and `/_signin`; lays out the token of containers."""
    container_credentials.write_token_file(world)
    mounts = {"/_sso": _SSO, "/_imds": _IMDS, "/_container": _CONTAINER, "/_signin": _SIGN_IN}
    return [
        Mount(
            prefix,
            routes=[
                Route(path, endpoint(world, writer, answer, refuse), methods=[method])
                for method, path, answer, refuse in answers
            ],
        )
        for prefix, answers in mounts.items()
    ]
