"""A SAML provider of the sandbox's own: metadata, login page, signed responses."""

import base64
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from cognito_explorer.sandbox.federation.addresses import MOUNT, browser_origin, is_loopback, provider_url
from cognito_explorer.sandbox.federation.brands import MOONLIGHT
from cognito_explorer.sandbox.federation.caller import Caller
from cognito_explorer.sandbox.federation.grants import signed_in_person
from cognito_explorer.sandbox.federation.people import Person, find_person, people_of
from cognito_explorer.sandbox.federation.problems import FederationProblem
from cognito_explorer.sandbox.federation.provider_keys import encryption_key, provider_key
from cognito_explorer.sandbox.federation.provider_pages import (
    forget,
    leave_signed_in,
    leave_signed_out,
    login_page,
    post_page,
    problem_page,
)
from cognito_explorer.sandbox.federation.saml_metadata import POST, REDIRECT
from cognito_explorer.sandbox.federation.saml_request import inflate, new_id, redirect_url, sp_entity_id, stamp
from cognito_explorer.sandbox.federation.xml_encryption import encrypt
from cognito_explorer.sandbox.federation.xml_signatures import SAMLP, add, element, find, parse, sign, to_bytes
from cognito_explorer.sandbox.user_pools.domains import address_of
from cognito_explorer.sandbox.user_pools.identity_providers import providers_of
from cognito_explorer.sandbox.world import World

# A name and not an address: it stays the same whatever port the sandbox has.
ENTITY_ID = "https://login.moonlight-corp.example/saml"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
CLAIM_NAMES = {
    "email": f"{_CLAIMS}/emailaddress",
    "name": f"{_CLAIMS}/name",
    "given_name": f"{_CLAIMS}/givenname",
    "family_name": f"{_CLAIMS}/surname",
    "department": "department",
    "groups": "groups",
}
_LIFETIME_S = 300.0
_POOL_PREFIX = sp_entity_id("")
_STATUS = "urn:oasis:names:tc:SAML:2.0:status"


@dataclass(frozen=True, slots=True)
class SignOnRequest:
    """What a service provider asks. `request_id` is empty where nobody asked and the provider begins by itself."""

    request_id: str
    acs_url: str
    audience: str
    is_forced: bool = False


def metadata_xml(world: World) -> bytes:
    """The metadata, as MetadataFile takes them."""
    url = f"{provider_url(world, MOONLIGHT.key)}/sso"
    root = element("md:EntityDescriptor", {"entityID": ENTITY_ID})
    descriptor = add(root, "md:IDPSSODescriptor", {"protocolSupportEnumeration": SAMLP})
    key_info = add(add(descriptor, "md:KeyDescriptor", {"use": "signing"}), "ds:KeyInfo")
    certificate = provider_key(world, MOONLIGHT.key).certificate_text
    add(add(key_info, "ds:X509Data"), "ds:X509Certificate", text=certificate)
    for binding in (REDIRECT, POST):
        location = url.replace("/sso", "/logout")
        add(descriptor, "md:SingleLogoutService", {"Binding": binding, "Location": location})
    add(descriptor, "md:NameIDFormat", text="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
    for binding in (REDIRECT, POST):
        add(descriptor, "md:SingleSignOnService", {"Binding": binding, "Location": url})
    return to_bytes(root)


def metadata(caller: Caller) -> Response:
    """The metadata at their URL."""
    return Response(metadata_xml(caller.world), media_type="application/samlmetadata+xml")


def sign_on(caller: Caller) -> Response:
    """Single sign-on: an AuthnRequest by redirect or post, or none (then `acs` and `audience` say where to go)."""
    try:
        request = _read_request(caller)
    except (FederationProblem, ValueError):
        return problem_page(MOONLIGHT, "The SAMLRequest cannot be read.")
    if not is_loopback(request.acs_url) or not request.acs_url.endswith("/saml2/idpresponse"):
        problem = "The AssertionConsumerServiceURL is not registered. It has to be the domain's /saml2/idpresponse."
        return problem_page(MOONLIGHT, problem)
    if "person" in caller.form:
        person = find_person(MOONLIGHT.key, caller.posted("person"))
        answer = _answer(caller, request, person)
        return leave_signed_in(caller, MOONLIGHT, person, answer) if person else answer
    known = signed_in_person(caller.world, MOONLIGHT.key, caller.cookie(MOONLIGHT.key))
    if known is not None and not request.is_forced:
        return _answer(caller, request, known)
    return login_page(caller, MOONLIGHT, people_of(MOONLIGHT.key))


def log_out(caller: Caller) -> Response:
    """Sign out of the provider itself; who was sent by a user pool's LogoutRequest goes back there with the answer."""
    packed = caller.asked("SAMLRequest")
    if not packed:
        return leave_signed_out(caller, MOONLIGHT)
    try:
        root = parse(inflate(packed))
    except (FederationProblem, ValueError):
        return problem_page(MOONLIGHT, "The SAMLRequest cannot be read.")
    issuer = next((found.text or "" for found in find(root, "saml:Issuer")), "").strip()
    domain = address_of(caller.world, issuer.removeprefix(_POOL_PREFIX))
    if root.tag != f"{{{SAMLP}}}LogoutRequest" or not root.get("ID") or domain is None:
        return problem_page(MOONLIGHT, "The LogoutRequest comes from nobody this provider knows.")
    destination = f"{browser_origin(caller.world)}/_hosted/{domain}/saml2/logout"
    answer = to_bytes(
        _response(caller.world, SignOnRequest(root.get("ID"), destination, issuer), "Success", name="Logout")
    )
    url = redirect_url(
        destination,
        answer,
        caller.asked("RelayState"),
        provider_key(caller.world, MOONLIGHT.key),
        kind="SAMLResponse",
    )
    return forget(caller, MOONLIGHT, RedirectResponse(url, 302))


def build_response(world: World, request: SignOnRequest, person: Person) -> bytes:
    """A response with a signed assertion about a person."""
    assertion = sign(_assertion(world, request, person), provider_key(world, MOONLIGHT.key))
    pool_id = request.audience.removeprefix(_POOL_PREFIX)
    if _wants_encryption(world, pool_id):
        assertion = encrypt(assertion, encryption_key(world, pool_id).key.public_key())
    root = _response(world, request, "Success")
    root.append(assertion)
    return to_bytes(root)


def _wants_encryption(world: World, pool_id: str) -> bool:
    """Whether a pool knows this provider as one that encrypts; elsewhere its administrator would have been told."""
    details = [provider["ProviderDetails"] for provider in providers_of(world, pool_id)]
    ours = [
        each
        for each in details
        if f'"{ENTITY_ID}"' in each.get("MetadataFile", "")
        or each.get("MetadataURL", "").endswith(f"{MOUNT}/{MOONLIGHT.key}/metadata")
    ]
    return any(each.get("EncryptedResponses", "").lower() == "true" for each in ours)


def _read_request(caller: Caller) -> SignOnRequest:
    packed = caller.asked("SAMLRequest")
    posted = caller.posted("SAMLRequest")
    if not packed and not posted:
        return SignOnRequest("", caller.asked("acs"), caller.asked("audience"))
    root = parse(inflate(packed) if packed else base64.b64decode(posted, validate=True))
    issuers = [(found.text or "").strip() for found in find(root, "saml:Issuer")]
    if root.tag != f"{{{SAMLP}}}AuthnRequest" or not root.get("ID") or len(issuers) != 1:
        raise FederationProblem("not an AuthnRequest")
    acs_url = root.get("AssertionConsumerServiceURL", "")
    return SignOnRequest(root.get("ID"), acs_url, issuers[0], is_forced=root.get("ForceAuthn") == "true")


def _answer(caller: Caller, request: SignOnRequest, person: Person | None) -> Response:
    if person is None:
        text = to_bytes(_response(caller.world, request, "Responder", "AuthnFailed"))
    else:
        text = build_response(caller.world, request, person)
    relay_state = caller.asked("RelayState") or caller.posted("RelayState")
    fields = {"SAMLResponse": base64.b64encode(text).decode()} | ({"RelayState": relay_state} if relay_state else {})
    return post_page(MOONLIGHT, action=request.acs_url, fields=fields, recipient=request.audience)


def _response(world: World, request: SignOnRequest, *statuses: str, name: str = "") -> Any:
    attributes = {
        "ID": new_id(world),
        "Version": "2.0",
        "IssueInstant": stamp(world.clock.now()),
        "Destination": request.acs_url,
    }
    root = element(
        f"samlp:{name}Response", attributes | ({"InResponseTo": request.request_id} if request.request_id else {})
    )
    add(root, "saml:Issuer", text=ENTITY_ID)
    code = add(root, "samlp:Status")
    for status in statuses:
        code = add(code, "samlp:StatusCode", {"Value": f"{_STATUS}:{status}"})
    return root


def _assertion(world: World, request: SignOnRequest, person: Person) -> Any:
    now = world.clock.now()
    end = stamp(now + _LIFETIME_S)
    root = element("saml:Assertion", {"ID": new_id(world), "Version": "2.0", "IssueInstant": stamp(now)})
    add(root, "saml:Issuer", text=ENTITY_ID)
    subject = add(root, "saml:Subject")
    persistent = {"Format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"}
    add(subject, "saml:NameID", persistent, person.subject)
    confirmation = add(subject, "saml:SubjectConfirmation", {"Method": "urn:oasis:names:tc:SAML:2.0:cm:bearer"})
    data = {"Recipient": request.acs_url, "NotOnOrAfter": end}
    add(
        confirmation,
        "saml:SubjectConfirmationData",
        data | ({"InResponseTo": request.request_id} if request.request_id else {}),
    )
    conditions = add(root, "saml:Conditions", {"NotBefore": stamp(now - 5), "NotOnOrAfter": end})
    add(add(conditions, "saml:AudienceRestriction"), "saml:Audience", text=request.audience)
    statement = add(root, "saml:AuthnStatement", {"AuthnInstant": stamp(now), "SessionIndex": new_id(world)})
    how = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    add(add(statement, "saml:AuthnContext"), "saml:AuthnContextClassRef", text=how)
    attributes = add(root, "saml:AttributeStatement")
    for name, value in person.claims.items():
        attribute = add(attributes, "saml:Attribute", {"Name": CLAIM_NAMES[name]})
        for each in value if isinstance(value, list) else [str(value)]:
            add(attribute, "saml:AttributeValue", text=each)
    return root
