"""Checks of an identity pool, its providers, roles and their trust against what an error says."""

import re

from cognito_explorer.core.errors import ExplorerError, NotFound
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail
from cognito_explorer.core.identity_pools.roles import role_name
from cognito_explorer.core.insight.configuration import (
    Configuration,
    Unknowable,
    Verdict,
    confirmed,
    decide,
    elsewhere,
    ruled_out,
    unknown,
)
from cognito_explorer.core.insight.trust_defects import lacks_audience, trust_defects
from cognito_explorer.core.user_pools.app_clients import describe_app_client

# How AWS ends a refusal ("because …"), and how it names whom it refused.
_NO_IDENTITY_POLICY = "no identity-based policy allows"
_CALLER = re.compile(r"arn:[\w-]+:(?:iam|sts)::\d*:(assumed-role|user|role|federated-user)/([\w+=,.@/-]+)")
# All actions of these may be let through to guests; Cognito's "Access policies for unauthenticated identities".
_GUEST_SERVICES = (
    "cloudwatch logs dynamodb kinesis mobileanalytics s3 ses sns sqs lambda machinelearning"
    " execute-api iot gamelift cognito-identity cognito-idp lex polly comprehend translate"
    " transcribe rekognition mobiletargeting firehose appsync personalize cognito-sync codewhisperer"
    " sdb rum geo kms sagemaker textract sumerian"
)


async def identity_pool_missing(here: Configuration) -> Verdict:
    """Whether the identity pool does not exist here."""
    try:
        pool = await here.identity_pool()
    except NotFound:
        hint = elsewhere(here.identity_pool_id, here.aws.region)
        return confirmed(
            f"There is no identity pool {here.identity_pool_id} in {here.aws.region} for this profile.{hint}"
        )
    return ruled_out(f"The identity pool exists: {pool.name}.")


async def guests_off(here: Configuration) -> Verdict:
    """Whether no guests are let in."""
    pool = await here.identity_pool()
    return decide(not pool.allows_guests, f"{pool.name} lets {'guests' if pool.allows_guests else 'no guests'} in.")


async def no_role(here: Configuration) -> Verdict:
    """Whether a role is not set."""
    pool = await here.identity_pool()
    wanted = {"authenticated": pool.roles.authenticated}
    if pool.allows_guests:
        wanted["unauthenticated"] = pool.roles.unauthenticated
    missing = [name for name, arn in wanted.items() if not arn]
    said = f"Roles that are not set: {', '.join(missing)}." if missing else "Every role is set."
    return decide(bool(missing), f"{pool.name}: {said}")


async def provider_missing(here: Configuration) -> Verdict:
    """Whether the user pool and client are not among the providers."""
    pool = await here.identity_pool()
    accepted = [f"{each.pool_id} with client {each.client_id}" for each in pool.user_pool_providers]
    said = f"{pool.name} accepts {'; '.join(accepted) or 'no user pool'}."
    if not here.issuing_pool():
        return unknown(f"{said} Which pool issued the token is not known here.")
    fitting = [each for each in pool.user_pool_providers if each.pool_id == here.pool_id]
    if not fitting:
        return confirmed(f"{said} {here.pool_id} is not among them.")
    if not here.client_id:
        return unknown(f"{said} Choose the app client of the token above.")
    is_there = any(each.client_id == here.client_id for each in fitting)
    return decide(not is_there, f"{said} The client {here.client_id} is {'' if is_there else 'not '}among them.")


async def provider_gone(here: Configuration) -> Verdict:
    """Whether a user pool or client that is accepted does not exist any more."""
    pool = await here.identity_pool()
    gone = []
    for each in pool.user_pool_providers:
        try:
            await describe_app_client(here.aws, each.pool_id, each.client_id)
        except NotFound as missing:
            gone.append(f"{each.client_id} of {each.pool_id} ({missing.said.rstrip('.') or 'not found'})")
        except ExplorerError as refused:
            raise Unknowable(f"It could not be read: {refused.title}") from refused
    return decide(bool(gone), f"{pool.name} accepts what is gone: {'; '.join(gone) or 'nothing'}.")


async def server_side_check(here: Configuration) -> Verdict:
    """Whether tokens are checked with the user pool."""
    pool = await here.identity_pool()
    checked = [each.client_id for each in pool.user_pool_providers if each.is_checked_at_server]
    return decide(bool(checked), f"ServerSideTokenCheck is on for: {', '.join(checked) or 'no client'}.")


async def mapping_denies(here: Configuration) -> Verdict:
    """Whether a mapping denies what is ambiguous."""
    pool = await here.identity_pool()
    denying = [each.provider for each in pool.roles.mappings if each.ambiguous == "Deny"]
    return decide(bool(denying), f"AmbiguousRoleResolution is Deny for: {', '.join(denying) or 'no provider'}.")


async def mapping_client(here: Configuration) -> Verdict:
    """Whether a mapping belongs to a client that the pool does not accept."""
    pool = await here.identity_pool()
    accepted = {f"{each.provider_name}:{each.client_id}" for each in pool.user_pool_providers}
    ours = [each.provider for each in pool.roles.mappings if each.provider.startswith("cognito-idp.")]
    odd = [provider for provider in ours if provider not in accepted]
    return decide(bool(odd), f"Mappings of clients that {pool.name} does not accept: {', '.join(odd) or 'none'}.")


async def classic_off(here: Configuration) -> Verdict:
    """Whether the classic flow is off."""
    pool = await here.identity_pool()
    return decide(not pool.allows_classic_flow, f"The classic flow is {'on' if pool.allows_classic_flow else 'off'}.")


async def classic_with_mappings(here: Configuration) -> Verdict:
    """Whether the classic flow is on beside role mappings."""
    pool = await here.identity_pool()
    state = "on" if pool.allows_classic_flow else "off"
    is_so = pool.allows_classic_flow and bool(pool.roles.mappings)
    return decide(is_so, f"The classic flow is {state}, and there are {len(pool.roles.mappings)} role mappings.")


async def role_missing(here: Configuration) -> Verdict:
    """Whether a role that is named does not exist."""
    pool = await here.identity_pool()
    gone = []
    for arn, _ in await _roles(here, pool):
        try:
            await here.trust_of(role_name(arn))
        except NotFound:
            gone.append(role_name(arn))
    return decide(bool(gone), f"Not there: {', '.join(gone)}." if gone else "Every role exists.")


async def trust_principal(here: Configuration) -> Verdict:
    """Whether a role trusts somebody else."""
    return await _trust(here, "principal")


async def trust_action(here: Configuration) -> Verdict:
    """Whether a role's trust allows another action."""
    return await _trust(here, "action")


async def trust_audience(here: Configuration) -> Verdict:
    """Whether a role trusts another identity pool, or looks at a key that is never there."""
    return await _trust(here, "audience")


async def trust_amr(here: Configuration) -> Verdict:
    """Whether a role is for the other kind of caller."""
    return await _trust(here, "amr")


async def trust_tags(here: Configuration) -> Verdict:
    """Whether a role does not allow tags where claims are mapped to them."""
    tagged = await here.tagged_providers()
    if not tagged:
        return ruled_out("No user pool's claims become tags here (attributes for access control are off).")
    found = await _trust(here, "tags")
    return Verdict(found.state, f"Claims of {', '.join(tagged)} become tags. {found.evidence}")


async def guest_service(here: Configuration) -> Verdict:
    """Whether the action belongs to a service that guests never reach."""
    service = here.clues.action.partition(":")[0].lower()
    if not service:
        return unknown("The error names no action.")
    if "CognitoIdentityCredentials" not in here.clues.message:
        return unknown(f"Whether the caller is a guest is not known. {service} is {_listed(service)} guests' list.")
    return decide(
        service not in _GUEST_SERVICES.split(), f"{here.clues.action}: {service} is {_listed(service)} guests' list."
    )


async def role_known(here: Configuration) -> Verdict:
    """What AWS says of the caller's policies. Which ones there are is not read: only who they are is told."""
    action = here.clues.action or "the action"
    if _NO_IDENTITY_POLICY in here.clues.message.lower():
        return confirmed(f"AWS says so itself: {_NO_IDENTITY_POLICY} {action}. Whose policies: {_caller(here)}.")
    if not here.clues.role_arn:
        return unknown(f"Missing: {action}. Whose permission it is stands in front of “is not authorized”.")
    return unknown(f"Missing: {action}, for the role {here.clues.role_arn.partition('/')[2].partition('/')[0]}.")


def _caller(here: Configuration) -> str:
    """Who stands in front of “is not authorized”, without account and session."""
    found = _CALLER.search(here.clues.message)
    if found is None:
        return "the caller's"
    kind, name = found.groups()
    return f"those of the {'role' if kind == 'assumed-role' else kind} {name.partition('/')[0]}"


def _listed(service: str) -> str:
    return "on the" if service in _GUEST_SERVICES.split() else "not on the"


async def _roles(here: Configuration, pool: IdentityPoolDetail) -> list[tuple[str, str]]:
    """Each role somebody may get here, with the amr of who gets it."""
    found = {pool.roles.authenticated: "authenticated"}
    found |= {rule.role_arn: "authenticated" for each in pool.roles.mappings for rule in each.rules}
    for mapping in pool.roles.mappings:
        if mapping.kind == "Token":
            pool_id = mapping.provider.partition("/")[2].partition(":")[0]
            try:
                found |= {group.role_arn: "authenticated" for group in await here.groups_of(pool_id)}
            except (ExplorerError, Unknowable):
                continue
    if pool.allows_guests and pool.roles.unauthenticated:
        found.setdefault(pool.roles.unauthenticated, "unauthenticated")
    return [(arn, amr) for arn, amr in found.items() if arn]


async def _trust(here: Configuration, kind: str) -> Verdict:
    pool = await here.identity_pool()
    roles = await _roles(here, pool)
    if not roles:
        return ruled_out(f"{pool.name} has no roles at all.")
    bad, wide = [], []
    for arn, amr in roles:
        try:
            document = await here.trust_of(role_name(arn))
        except NotFound:
            continue
        if defect := trust_defects(document, pool.id, amr).get(kind):
            bad.append(f"{role_name(arn)} {defect}")
        if kind == "audience" and lacks_audience(document):
            wide.append(role_name(arn))
    aside = f" Besides, {', '.join(wide)} has no condition on aud and trusts every identity pool." if wide else ""
    names = ", ".join(role_name(arn) for arn, _ in roles)
    return decide(bool(bad), f"{'; '.join(bad) or f'Nothing of the kind in {names}'}.{aside}")
