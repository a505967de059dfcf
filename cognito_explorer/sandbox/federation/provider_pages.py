"""The pages of the built-in providers."""

from collections.abc import Sequence

from starlette.responses import Response

from cognito_explorer.sandbox.federation.addresses import MOUNT
from cognito_explorer.sandbox.federation.brands import Brand
from cognito_explorer.sandbox.federation.caller import Caller
from cognito_explorer.sandbox.federation.grants import SESSION_LIFETIME_S, end_session, start_session
from cognito_explorer.sandbox.federation.people import Person
from cognito_explorer.sandbox.hosted_ui.rendering import show


def login_page(caller: Caller, brand: Brand, people: Sequence[Person]) -> Response:
    """Who are you? No password: these people are invented.

    The answer goes to the user pool, and from there on to an application the provider knows nothing of.
    """
    content = {
        "brand": brand,
        "people": people,
        "action": f"{caller.path}?{caller.query_string}",
        "mount": MOUNT,
        "kept": [(name, value) for name, value in caller.form.items() if name != "person"],
    }
    return show("provider_login", content, leads_to=None)


def problem_page(brand: Brand, problem: str) -> Response:
    """What is wrong with a request to the provider."""
    return show("provider_problem", {"brand": brand, "problem": problem, "mount": MOUNT}, status=400)


def post_page(brand: Brand, *, action: str, fields: dict[str, str], recipient: str) -> Response:
    """A form that sends itself, with a button for browsers that run nothing."""
    content = {"brand": brand, "action": action, "fields": fields, "recipient": recipient, "mount": MOUNT, "script": 1}
    return show("provider_post", content, leads_to=None)


def leave_signed_in(caller: Caller, brand: Brand, person: Person, response: Response) -> Response:
    """The response, with the provider's own session: it outlives a sign-out of the application."""
    cookie = start_session(caller.world, brand.key, person)
    path = f"{MOUNT}/{brand.key}"
    response.set_cookie(brand.key, cookie, max_age=SESSION_LIFETIME_S, path=path, httponly=True, samesite="lax")
    return response


def leave_signed_out(caller: Caller, brand: Brand) -> Response:
    """Sign out of the provider itself."""
    content = {"brand": brand, "problem": "You are signed out.", "mount": MOUNT}
    return forget(caller, brand, show("provider_problem", content))


def forget(caller: Caller, brand: Brand, response: Response) -> Response:
    """The response, and the provider's session ended."""
    end_session(caller.world, caller.cookie(brand.key))
    response.delete_cookie(brand.key, path=f"{MOUNT}/{brand.key}")
    return response
