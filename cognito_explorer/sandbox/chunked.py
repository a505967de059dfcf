"""S3's aws-chunked bodies, taken apart: the object's bytes, the signed chunks and the checksum trailers."""

import re
from dataclasses import dataclass, field

from cognito_explorer.sandbox.errors import ServiceError

_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?\r\n")
_TRAILER = re.compile(rb"([A-Za-z0-9-]+)\s*:\s*([^\r\n]*)\r?\n")


@dataclass(slots=True)
class DecodedBody:
    """`chunks` pairs each chunk with its signature ("" in unsigned streams), the empty last one included."""

    chunks: list[tuple[bytes, str]] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The object's own bytes."""
        return b"".join(chunk for chunk, _ in self.chunks)


def is_chunked(headers: dict[str, str]) -> bool:
    """Is the body framed in chunks that are not part of the object?"""
    return headers.get("x-amz-content-sha256", "").startswith("STREAMING-")


def decode_chunks(body: bytes) -> DecodedBody:
    """Take the frames off. Raises ServiceError IncompleteBody when they do not fit."""
    decoded = DecodedBody()
    position = 0
    while True:
        head = _CHUNK.match(body, position)
        if head is None:
            raise ServiceError("IncompleteBody", "The request body terminated unexpectedly", status=400)
        size = int(head[1], 16)
        start = head.end()
        chunk = body[start : start + size]
        if len(chunk) != size:
            raise ServiceError("IncompleteBody", "The request body terminated unexpectedly", status=400)
        decoded.chunks.append((chunk, (head[2] or b"").decode()))
        if size == 0:
            break
        position = start + size + 2
    for name, value in _TRAILER.findall(body, start):
        decoded.trailers[name.decode().lower()] = value.decode("latin-1").strip()
    return decoded
