"""What pools take and give outside of the API: CSV files for imports, and the logos of their pages."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from cognito_explorer.sandbox.user_pools.import_jobs import UPLOADS, is_upload_allowed, save_upload
from cognito_explorer.sandbox.user_pools.import_runs import resume_runs
from cognito_explorer.sandbox.user_pools.ui_customization import IMAGES, logo_of
from cognito_explorer.sandbox.world import World

MAX_CSV_BYTES = 100 * 1024 * 1024
_ENCRYPTION = "x-amz-server-side-encryption"


def routes(world: World, writer: ThreadPoolExecutor) -> list[BaseRoute]:
    """Routes for uploads and logos. Imports that an earlier sandbox left unfinished go on from here."""
    resume_runs(world)
    files = PoolFiles(world, writer)
    return [
        Route(f"{UPLOADS}/{{job_id}}", files.upload, methods=["PUT"]),
        Route(f"{IMAGES}/{{pool_id}}/{{client_id}}/{{version}}", files.image, methods=["GET"]),
    ]


class PoolFiles:
    """Takes files and gives them out; the store is reached in the writer's turn."""

    def __init__(self, world: World, writer: ThreadPoolExecutor) -> None:
        self._world = world
        self._writer = writer

    async def upload(self, request: Request) -> Response:
        """A job's CSV file."""
        # The address is signed for this header, so a PUT without it does not fit the signature.
        if request.headers.get(_ENCRYPTION) != "aws:kms":
            return _refusal(403, "SignatureDoesNotMatch", f"The header {_ENCRYPTION}: aws:kms is missing.")
        # Nobody fills the memory with a file for an address that is none of ours.
        refused = await asyncio.wrap_future(self._writer.submit(self._refused, request))
        if refused is not None:
            return refused
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_CSV_BYTES:
                return _refusal(400, "EntityTooLarge", "The file is larger than 100 MB.")
        return await asyncio.wrap_future(self._writer.submit(self._save, request, bytes(content)))

    async def image(self, request: Request) -> Response:
        """The logo of a client's pages."""
        return await asyncio.wrap_future(self._writer.submit(self._show, request))

    def _save(self, request: Request, content: bytes) -> Response:
        with self._world.store.transaction():
            if not save_upload(self._world, request.path_params["job_id"], content):
                return _refusal(409, "OperationAborted", "The import job does not wait for a file.")
        return Response(status_code=200)

    def _refused(self, request: Request) -> Response | None:
        job_id, query = request.path_params["job_id"], request.query_params
        with self._world.store.transaction():
            if is_upload_allowed(self._world, job_id, query.get("Expires", ""), query.get("Signature", "")):
                return None
        return _refusal(403, "AccessDenied", "Request has expired or its signature does not match.")

    def _show(self, request: Request) -> Response:
        found = logo_of(self._world, request.path_params["pool_id"], request.path_params["client_id"])
        return Response(found[0], media_type=found[1]) if found else Response(status_code=404)


def _refusal(status: int, code: str, message: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(body, status, media_type="application/xml")
