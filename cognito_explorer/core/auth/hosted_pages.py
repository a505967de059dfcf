"""Where the sign-in pages of a user pool are for one connection: at AWS, or at the endpoint that stands in for it."""

from cognito_explorer.core.auth.hosted_ui import hosted_origin
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.http import HttpRequest
from cognito_explorer.core.errors import ExplorerError, NotOffered

_NONE_KNOWN = "This endpoint has no sign-in pages known here."


async def find_hosted_origin(aws: Aws, domain: str, custom_domain: str, region: str) -> str:
    """The address the pool's pages are below, "" for a pool without a domain.

    An endpoint in AWS's place is asked whether it has the pages of this domain as a sandbox has them: AWS's own
    address, where the same prefix may be a stranger's, is never taken for it. Raises NotOffered.
    """
    endpoint_url = aws.http.stand_in
    if not endpoint_url:
        if custom_domain:
            return hosted_origin(custom_domain, region, is_custom=True)
        return hosted_origin(domain, region) if domain else ""
    name = domain or custom_domain
    if not name:
        return ""
    origin = hosted_origin(name, region, endpoint_url=endpoint_url)
    if aws.profile.kind != "sandbox":
        await _ask(aws, origin, name)
    return origin


async def why_no_pages(aws: Aws, domain: str, custom_domain: str, region: str) -> str:
    """Why the endpoint's sign-in pages cannot be opened, or "". A pool without a domain is no reason."""
    try:
        await find_hosted_origin(aws, domain, custom_domain, region)
    except NotOffered as error:
        return f"{error.title} {error.hint}"
    return ""


async def _ask(aws: Aws, origin: str, name: str) -> None:
    """The style sheet is the one page that is there for a known domain alone, and needs no parameters."""
    try:
        answer = await aws.http.send(HttpRequest(f"{origin}/style.css"))
    except ExplorerError as error:
        raise _none_known(error.title) from error
    if answer.status != 200 or not answer.headers.get("content-type", "").startswith("text/css"):
        raise _none_known(f"It answered {answer.status} when it was asked for those of {name}.")


def _none_known(said: str) -> NotOffered:
    hint = f"{said} AWS's own address is not opened in its place: there it may be somebody else's."
    return NotOffered(_NONE_KNOWN, hint, code="NotOffered")
