"""The OAuth endpoints of a hosted UI domain: asking the token endpoint, and its errors as sentences."""

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cognito_explorer.core.aws.errors import explain
from cognito_explorer.core.aws.http import HttpAnswer, HttpRequest
from cognito_explorer.core.errors import ExplorerError

if TYPE_CHECKING:
    from cognito_explorer.core.aws.http import Http


@dataclass(frozen=True, slots=True)
class HostedApp:
    """An app client on a hosted UI domain. `origin` is `hosted_origin(…)`; a public client has no secret."""

    origin: str
    client_id: str
    redirect_uri: str = ""
    scopes: tuple[str, ...] = ()
    client_secret: str = field(default="", repr=False)


async def ask_token_endpoint(http: "Http", app: HostedApp, form: dict[str, str]) -> dict[str, Any]:
    """POST to /oauth2/token. Raises ExplorerError for an OAuth error and for an answer without tokens."""
    answer = await post(http, app, "/oauth2/token", form)
    if answer.status != 200:
        raise oauth_error(answer, "token endpoint")
    if not answer.document.get("access_token"):
        title = "The token endpoint's answer holds no tokens."
        raise ExplorerError(title, "Check that the address is a hosted UI domain.", code=str(answer.status))
    return answer.document


async def post(http: "Http", app: HostedApp, path: str, form: dict[str, str]) -> HttpAnswer:
    """POST a form as this client: with Basic authorization when it has a secret, with client_id otherwise."""
    if not app.client_secret:
        return await http.send(HttpRequest(app.origin + path, {"client_id": app.client_id, **form}))
    pair = f"{quote(app.client_id, safe='')}:{quote(app.client_secret, safe='')}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
    return await http.send(HttpRequest(app.origin + path, form, headers))


def oauth_error(answer: HttpAnswer, place: str) -> ExplorerError:
    """The sentence for an OAuth error answer (RFC 6749, section 5.2)."""
    error = answer.document.get("error")
    if not isinstance(error, str):
        return ExplorerError(
            f"The {place} answered {answer.status}.", "Try again; check the domain.", code=str(answer.status)
        )
    return explain(f"oauth:{error}", str(answer.document.get("error_description", "")), place)
