"""Codes and invitations on their way to a person: texts, media, masked destinations."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any, Literal
from urllib.parse import urlencode

from cognito_explorer.sandbox.triggers.letters import Letter, Words
from cognito_explorer.sandbox.triggers.messages import custom_words
from cognito_explorer.sandbox.triggers.senders import hand_to_sender
from cognito_explorer.sandbox.user_pools.domains import address_of
from cognito_explorer.sandbox.user_pools.mail_limit import count_mail
from cognito_explorer.sandbox.user_pools.sms_role import check_sms_role
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_CODE_TEXT = "Your verification code is {####}."
_INVITE_TEXT = "Your username is {username} and temporary password is {####}."
_LINK_TEXT = "Please click the link below to verify your email address. {##Verify Email##}"
_LINK = re.compile(r"\{##(.*?)##\}")
_LINKED = ("SignUp", "ResendCode")


def send_code(world: World, pool: Mapping[str, Any], user: User, letter: Letter) -> dict[str, str]:
    """Send a verification code and return its CodeDeliveryDetails."""
    template = pool.get("VerificationMessageTemplate", {})
    if letter.attribute == "email":
        body = template.get("EmailMessage") or pool.get("EmailVerificationMessage") or _CODE_TEXT
        subject = template.get("EmailSubject") or pool.get("EmailVerificationSubject") or "Your verification code"
        if letter.purpose in _LINKED and template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK":
            body = template.get("EmailMessageByLink") or _LINK_TEXT
            subject = template.get("EmailSubjectByLink") or "Your verification link"
    else:
        body = template.get("SmsMessage") or pool.get("SmsVerificationMessage") or _CODE_TEXT
        subject = ""
    _send(world, pool, user, letter, Words(subject, body))
    return delivery_details(letter.attribute, letter.destination)


def send_sign_in_message(world: World, pool: Mapping[str, Any], user: User, letter: Letter, words: Words) -> None:
    """Send a sign-in code, in these words unless a trigger has others."""
    _send(world, pool, user, letter, words)


def send_invitation(world: World, pool: Mapping[str, Any], user: User, password: str, media: list[str]) -> None:
    """Send user name and temporary password by every wanted medium the user has an address for."""
    template = pool.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate", {})
    # SMS is AdminCreateUser's default medium; a user without a phone number is reached by e-mail all the same.
    has_phone = "SMS" in media and "phone_number" in user.attributes
    if has_phone:
        letter = Letter("AdminCreateUser", "phone_number", password, user.attributes["phone_number"])
        _send(world, pool, user, letter, Words("", template.get("SMSMessage") or _INVITE_TEXT))
    if "email" in user.attributes and ("EMAIL" in media or not has_phone):
        letter = Letter("AdminCreateUser", "email", password, user.attributes["email"])
        subject = template.get("EmailSubject") or "Your temporary password"
        _send(world, pool, user, letter, Words(subject, template.get("EmailMessage") or _INVITE_TEXT))


def delivery_details(attribute: str, destination: str) -> dict[str, str]:
    """CodeDeliveryDetails with the destination masked."""
    medium = "EMAIL" if attribute == "email" else "SMS"
    return {"Destination": mask(destination), "DeliveryMedium": medium, "AttributeName": attribute}


def mask(destination: str) -> str:
    """`j***@g***` of an e-mail address, `+*******0100` of a phone number."""
    local, at, domain = destination.partition("@")
    if at:
        return f"{local[:1]}***@{domain[:1]}***"
    return "+" + "*" * max(len(destination) - 5, 0) + destination[-4:]


def _send(world: World, pool: Mapping[str, Any], user: User, letter: Letter, words: Words) -> None:
    if hand_to_sender(world, pool, user, letter):
        return
    is_email = letter.attribute == "email"
    words = custom_words(world, pool, user, letter.purpose, is_email=is_email, default=words)
    if letter.purpose == "AdminCreateUser" and "{####}" not in words.body:
        # An invitation that cannot name the temporary password reaches nobody.
        return
    text = words.body.replace("{username}", user.username).replace("{####}", letter.code)
    text = _LINK.sub(lambda found: _link(world, user, letter, found[1]), text)
    about = {"pool_id": user.pool_id, "username": user.username, "purpose": letter.purpose, "code": letter.code}
    medium: Literal["EMAIL", "SMS"] = "EMAIL" if is_email else "SMS"
    if is_email:
        count_mail(world, pool, letter.destination, about)
    else:
        check_sms_role(world, pool, pool.get("SmsConfiguration", {}))
    world.outbox.send(medium, letter.destination, subject=words.subject, body=text, about=about)


def _link(world: World, user: User, letter: Letter, words: str) -> str:
    """The link that confirms a user, on the pool's domain; without one there is nothing to link to."""
    domain = address_of(world, user.pool_id)
    if domain is None or letter.purpose not in _LINKED:
        return words
    names = {
        "client_id": world.errands.params.get("ClientId", ""),
        "user_name": user.username,
        "confirmation_code": letter.code,
    }
    url = f"{world.endpoint.replace('127.0.0.1', 'localhost')}/_hosted/{domain}/confirmUser?{urlencode(names)}"
    return f'<a href="{escape(url)}">{words}</a>'
