"""Terms of use and privacy policy: links that managed login's sign-up page shows, by language."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.operations import operation
from cognito_explorer.sandbox.user_pools.app_clients import load_client
from cognito_explorer.sandbox.user_pools.documents import (
    delete_document,
    documents_of,
    load_document,
    save_document,
)
from cognito_explorer.sandbox.user_pools.paging import Listing, read_page
from cognito_explorer.sandbox.user_pools.pools import pool_of
from cognito_explorer.sandbox.world import Call, World

MAX_TERMS = 40
_KIND = "terms"
_LIST = """
SELECT name AS page_key, name FROM pool_documents WHERE pool_id = ? AND kind = 'terms' AND name > ?
ORDER BY name LIMIT ?
"""


def terms_links(world: World, pool_id: str, client_id: str) -> dict[str, Mapping[str, str]]:
    """A client's documents by name ("terms-of-use", "privacy-policy"): the link of each language.

    Managed login shows them only when there are both; the language "cognito:default" stands for all others.
    """
    documents = documents_of(world, pool_id, _KIND)
    return {entry["TermsName"]: entry["Links"] for entry in documents if entry["ClientId"] == client_id}


@operation("cognito-idp", "CreateTerms")
def create_terms(call: Call) -> dict[str, Any]:
    """A document for a client that has none of this name."""
    pool_id, params = pool_of(call)["Id"], call.params
    load_client(call.world, pool_id, params["ClientId"])
    _check_free(call.world, pool_id, params["ClientId"], params["TermsName"])
    if len(documents_of(call.world, pool_id, _KIND)) >= MAX_TERMS:
        raise ServiceError("LimitExceededException", f"A user pool takes at most {MAX_TERMS} terms documents.")
    now = call.world.clock.now()
    given = ("ClientId", "TermsName", "TermsSource", "Enforcement")
    terms = {
        "TermsId": call.world.chance.uuid4(),
        "UserPoolId": pool_id,
        **{name: params[name] for name in given},
        "Links": _checked_links(params.get("Links", {})),
        "CreationDate": now,
        "LastModifiedDate": now,
    }
    save_document(call.world, pool_id, _KIND, terms, name=terms["TermsId"])
    return {"Terms": terms}


@operation("cognito-idp", "UpdateTerms")
def update_terms(call: Call) -> dict[str, Any]:
    """Change a document; what is left out stays."""
    terms, params = _named(call), call.params
    name = params.get("TermsName", terms["TermsName"])
    if name != terms["TermsName"]:
        _check_free(call.world, terms["UserPoolId"], terms["ClientId"], name)
    if "Links" in params:
        terms["Links"] = _checked_links(params["Links"])
    terms |= {field: params[field] for field in ("TermsName", "TermsSource", "Enforcement") if field in params}
    terms["LastModifiedDate"] = call.world.clock.now()
    save_document(call.world, terms["UserPoolId"], _KIND, terms, name=terms["TermsId"])
    return {"Terms": terms}


@operation("cognito-idp", "DescribeTerms")
def describe_terms(call: Call) -> dict[str, Any]:
    """A document by its id."""
    return {"Terms": _named(call)}


@operation("cognito-idp", "DescribeTermsByClient")
def describe_terms_by_client(call: Call) -> dict[str, Any]:
    """A client's document by its name."""
    pool_id = pool_of(call)["Id"]
    client = load_client(call.world, pool_id, call.params["ClientId"])
    terms = _find(call.world, pool_id, client["ClientId"], call.params["TermsName"])
    if terms is None:
        raise ServiceError("ResourceNotFoundException", "Terms document does not exist.")
    return {"Terms": terms}


@operation("cognito-idp", "DeleteTerms")
def delete_terms(call: Call) -> dict[str, Any]:
    """Delete a document."""
    terms = _named(call)
    delete_document(call.world, terms["UserPoolId"], _KIND, terms["TermsId"])
    return {}


@operation("cognito-idp", "ListTerms")
def list_terms(call: Call) -> dict[str, Any]:
    """The pool's documents, without their links."""
    pool_id = pool_of(call)["Id"]
    limit = call.params.get("MaxResults", 60)
    rows, token = read_page(
        call.world, Listing("ListTerms", _LIST, (pool_id,)), limit=limit, token=call.params.get("NextToken")
    )
    shown = ("TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate")
    found = [load_document(call.world, pool_id, _KIND, row["name"]) for row in rows]
    answer: dict[str, Any] = {"Terms": [{name: terms[name] for name in shown} for terms in found]}
    return answer | ({"NextToken": token} if token else {})


def _checked_links(links: dict[str, str]) -> dict[str, str]:
    if not all(link.startswith(("https://", "http://")) for link in links.values()):
        raise ServiceError("InvalidParameterException", "Links of terms documents must be URLs.")
    if links and "cognito:default" not in links:
        raise ServiceError("InvalidParameterException", "Links of terms documents need a cognito:default.")
    return links


def _named(call: Call) -> dict[str, Any]:
    terms = load_document(call.world, pool_of(call)["Id"], _KIND, call.params["TermsId"])
    if not terms:
        raise ServiceError("ResourceNotFoundException", "Terms document does not exist.")
    return terms


def _find(world: World, pool_id: str, client_id: str, name: str) -> dict[str, Any] | None:
    documents = documents_of(world, pool_id, _KIND)
    return next((each for each in documents if (each["ClientId"], each["TermsName"]) == (client_id, name)), None)


def _check_free(world: World, pool_id: str, client_id: str, name: str) -> None:
    if _find(world, pool_id, client_id, name):
        raise ServiceError("TermsExistsException", f"The client {client_id} has a document named {name} already.")
