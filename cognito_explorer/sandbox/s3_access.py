"""S3's REST requests in IAM's terms."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

from cognito_explorer.sandbox.access import Access, Context
from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.plain_requests import BUCKET_NAME, COPY_SOURCE, copy_source
from cognito_explorer.sandbox.wire import WireRequest

# For each subresource of a bucket: the actions of GET, PUT and DELETE.
_BUCKET_ACTIONS: dict[str, tuple[str, str, str]] = {
    "accelerate": ("GetAccelerateConfiguration", "PutAccelerateConfiguration", ""),
    "acl": ("GetBucketAcl", "PutBucketAcl", ""),
    "cors": ("GetBucketCORS", "PutBucketCORS", "PutBucketCORS"),
    "encryption": ("GetEncryptionConfiguration", "PutEncryptionConfiguration", "PutEncryptionConfiguration"),
    "lifecycle": ("GetLifecycleConfiguration", "PutLifecycleConfiguration", "PutLifecycleConfiguration"),
    "location": ("GetBucketLocation", "", ""),
    "logging": ("GetBucketLogging", "PutBucketLogging", ""),
    "notification": ("GetBucketNotification", "PutBucketNotification", ""),
    "object-lock": ("GetBucketObjectLockConfiguration", "PutBucketObjectLockConfiguration", ""),
    "ownershipControls": ("GetBucketOwnershipControls", "PutBucketOwnershipControls", "PutBucketOwnershipControls"),
    "policy": ("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"),
    "policyStatus": ("GetBucketPolicyStatus", "", ""),
    "publicAccessBlock": ("GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
    "replication": ("GetReplicationConfiguration", "PutReplicationConfiguration", "PutReplicationConfiguration"),
    "requestPayment": ("GetBucketRequestPayment", "PutBucketRequestPayment", ""),
    "tagging": ("GetBucketTagging", "PutBucketTagging", "PutBucketTagging"),
    "uploads": ("ListBucketMultipartUploads", "", ""),
    "versioning": ("GetBucketVersioning", "PutBucketVersioning", ""),
    "versions": ("ListBucketVersions", "", ""),
    "website": ("GetBucketWebsite", "PutBucketWebsite", "DeleteBucketWebsite"),
}
_PLAIN_BUCKET = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}

# For each subresource of an object: the actions of GET, PUT, DELETE and POST.
_OBJECT_ACTIONS: dict[str, dict[str, str]] = {
    "acl": {"GET": "GetObjectAcl", "PUT": "PutObjectAcl"},
    "attributes": {"GET": "GetObjectAttributes"},
    "legal-hold": {"GET": "GetObjectLegalHold", "PUT": "PutObjectLegalHold"},
    "restore": {"POST": "RestoreObject"},
    "retention": {"GET": "GetObjectRetention", "PUT": "PutObjectRetention"},
    "select": {"POST": "GetObject"},
    "tagging": {"GET": "GetObjectTagging", "PUT": "PutObjectTagging", "DELETE": "DeleteObjectTagging"},
    "uploadId": {
        "GET": "ListMultipartUploadParts",
        "PUT": "PutObject",
        "POST": "PutObject",
        "DELETE": "AbortMultipartUpload",
    },
    "uploads": {"POST": "PutObject"},
}
_PLAIN_OBJECT = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
_VERSIONED = {"GetObject", "DeleteObject", "GetObjectAcl", "PutObjectAcl", "GetObjectTagging", "PutObjectTagging"}

# Subresources that exist in S3 and that nothing here maps: asking for them must not pass as something else.
_UNMAPPED = {
    *("abac", "analytics", "intelligent-tiering", "inventory", "metadataConfiguration", "metadataInventoryTable"),
    *("metadataJournalTable", "metadataTable", "metrics", "renameObject", "session", "torrent"),
}
_CONTEXT_BY_QUERY = {"prefix": "s3:prefix", "delimiter": "s3:delimiter", "max-keys": "s3:max-keys"}
_RIGHTS = ("read", "write", "read-acp", "write-acp", "full-control")
_CONTEXT_BY_HEADER = {
    "x-amz-acl": "s3:x-amz-acl",
    COPY_SOURCE: "s3:x-amz-copy-source",
    "x-amz-server-side-encryption": "s3:x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-storage-class": "s3:x-amz-storage-class",
    "x-amz-metadata-directive": "s3:x-amz-metadata-directive",
    **{f"x-amz-grant-{right}": f"s3:x-amz-grant-{right}" for right in _RIGHTS},
}
_ACL_HEADERS = ("x-amz-acl", *(f"x-amz-grant-{right}" for right in _RIGHTS))
# What may travel along in headers, and what it needs beside the right to write the object or to make the bucket.
_WITH_OBJECT = {
    **dict.fromkeys(_ACL_HEADERS, ("PutObjectAcl",)),
    "x-amz-tagging": ("PutObjectTagging",),
    "x-amz-object-lock-mode": ("PutObjectRetention",),
    "x-amz-object-lock-retain-until-date": ("PutObjectRetention",),
    "x-amz-object-lock-legal-hold": ("PutObjectLegalHold",),
}
_WITH_BUCKET = {
    **dict.fromkeys(_ACL_HEADERS, ("PutBucketAcl",)),
    "x-amz-bucket-object-lock-enabled": ("PutBucketObjectLockConfiguration", "PutBucketVersioning"),
    "x-amz-object-ownership": ("PutBucketOwnershipControls",),
}
_BYPASS = "x-amz-bypass-governance-retention"


@dataclass(frozen=True, slots=True)
class S3Target:
    """What a path names: nothing (the account), a bucket, or an object."""

    bucket: str
    key: str


def s3_target(request: WireRequest) -> S3Target:
    """Bucket and key of a path-style request. Raises ServiceError InvalidBucketName."""
    bucket, _, key = request.path.removeprefix("/").partition("/")
    bucket = unquote(bucket)
    if (bucket or key) and not BUCKET_NAME.fullmatch(bucket):
        raise ServiceError("InvalidBucketName", "The specified bucket is not valid.", status=400)
    return S3Target(bucket, unquote(key))


def s3_accesses(request: WireRequest) -> list[Access]:
    """Everything a request needs to be allowed, the main thing first."""
    target = s3_target(request)
    query = dict(request.query_items())
    unmapped = _UNMAPPED & query.keys()
    if unmapped:
        raise _not_implemented(f"?{min(unmapped)}")
    context = _context(request, query)
    if not target.bucket:
        return [Access("s3:ListAllMyBuckets", "*", context)]
    if not target.key:
        return _bucket_accesses(request, target, query, context)
    return _object_accesses(request, target, query, context)


def list_access(target: S3Target) -> Access:
    """What a caller needs in order to learn that an object does not exist."""
    return Access("s3:ListBucket", _arn(target.bucket))


def _bucket_accesses(request: WireRequest, target: S3Target, query: dict[str, str], context: Context) -> list[Access]:
    if request.method == "POST" and "delete" in query:
        return [Access(f"s3:{action}", _arn(target.bucket, key), context) for action, key in _deletions(request.body)]
    subresource = _subresource(query, _BUCKET_ACTIONS)
    if subresource:
        actions = dict(zip(("GET", "PUT", "DELETE"), _BUCKET_ACTIONS[subresource], strict=True))
    else:
        actions = _PLAIN_BUCKET
    action = actions.get(request.method)
    if not action:
        raise _not_implemented(f"{request.method} {subresource}".strip())
    resource = _arn(target.bucket)
    more = _brought_along(request, _WITH_BUCKET) if action == "CreateBucket" else []
    return [Access(f"s3:{each}", resource, context) for each in (action, *more)]


def _object_accesses(request: WireRequest, target: S3Target, query: dict[str, str], context: Context) -> list[Access]:
    subresource = _subresource(query, _OBJECT_ACTIONS)
    action = (_OBJECT_ACTIONS[subresource] if subresource else _PLAIN_OBJECT).get(request.method)
    if not action:
        raise _not_implemented(f"{request.method} {subresource}".strip())
    if "versionId" in query and action in _VERSIONED:
        action = action.replace("Object", "ObjectVersion")
        context = {**context, "s3:versionid": query["versionId"]}
    main = Access(f"s3:{action}", _arn(target.bucket, target.key), context)
    return [main, *_further(request, main, subresource)]


def _further(request: WireRequest, main: Access, subresource: str) -> Iterator[Access]:
    """What an upload needs beside PutObject: the source of a copy, and the rights for what travels in headers."""
    if request.headers.get(_BYPASS, "").lower() == "true" and request.method in ("PUT", "DELETE"):
        yield Access("s3:BypassGovernanceRetention", main.resource, main.context)
    if main.action != "s3:PutObject":
        return
    for action in _brought_along(request, _WITH_OBJECT):
        yield Access(f"s3:{action}", main.resource, main.context)
    source = copy_source(request) if request.method == "PUT" and subresource in ("", "uploadId") else None
    if source:
        action = "s3:GetObjectVersion" if source.version_id else "s3:GetObject"
        yield Access(action, _arn(source.bucket, source.key))


def _brought_along(request: WireRequest, needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The actions, each once, that a request's headers need besides."""
    actions = (action for header, named in needs.items() if request.headers.get(header) for action in named)
    return list(dict.fromkeys(actions))


def _subresource(query: dict[str, str], known: Container[str]) -> str:
    """The one subresource a query names, if any. Which of two would be served is not ours to guess."""
    named = sorted(name for name in query if name in known)
    if len(named) > 1:
        raise _not_implemented(f"?{named[0]} together with ?{named[1]}")
    return named[0] if named else ""


def _deletions(body: bytes) -> list[tuple[str, str]]:
    """Action and key for each object that a request to delete many names."""
    if b"<!" in body:
        raise ServiceError("MalformedXML", "The XML you provided was not well-formed.", status=400)
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  # declarations, which entities need, were refused above
    except ElementTree.ParseError:
        raise ServiceError("MalformedXML", "The XML you provided was not well-formed.", status=400) from None
    found: list[tuple[str, str]] = []
    for parent in root.iter():
        members = [(child.tag.rpartition("}")[2], child.text or "") for child in parent]
        is_version = any(name == "VersionId" for name, _ in members)
        action = "DeleteObjectVersion" if is_version else "DeleteObject"
        found += [(action, text) for name, text in members if name == "Key"]
    if not found:
        raise ServiceError("MalformedXML", "The XML you provided was not well-formed.", status=400)
    return found


def _context(request: WireRequest, query: dict[str, str]) -> Context:
    context: Context = {"s3:ResourceAccount": "210987654321"}
    context |= {key: query[name] for name, key in _CONTEXT_BY_QUERY.items() if name in query}
    context |= {key: request.headers[name] for name, key in _CONTEXT_BY_HEADER.items() if name in request.headers}
    tags = dict(parse_qsl(request.headers.get("x-amz-tagging", ""), keep_blank_values=True))
    if tags:
        context |= {f"s3:RequestObjectTag/{name}": value for name, value in tags.items()}
        context["s3:RequestObjectTagKeys"] = tuple(tags)
    if "authorization" in request.headers:
        context["s3:authType"] = "REST-HEADER"
    elif "X-Amz-Signature" in query:
        context["s3:authType"] = "REST-QUERY-STRING"
    return context


def _arn(bucket: str, key: str = "") -> str:
    return f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"


def _not_implemented(what: str) -> ServiceError:
    message = f"A header or parameter you provided implies functionality that the sandbox lacks: {what}."
    return ServiceError("NotImplemented", message, status=501)
