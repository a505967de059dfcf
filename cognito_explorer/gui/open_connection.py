"""One of the connections the window shows side by side: a profile in a Region."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.profiles import Mode, Profile
from cognito_explorer.gui.workspace import Page

if TYPE_CHECKING:
    from cognito_explorer.core.aws.caller import Caller
    from cognito_explorer.core.aws.door import Aws

ConnectionKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OpenConnection:
    """Without a door it is not connected: not yet, not any more, or `trouble` says why."""

    profile: Profile
    region: str
    aws: "Aws | None" = field(default=None, repr=False)
    caller: "Caller | None" = None
    trouble: ExplorerError | None = None
    is_connecting: bool = False

    @property
    def key(self) -> ConnectionKey:
        """Profile id and Region: what it is told from the others by."""
        return self.profile.id, self.region

    @property
    def mode(self) -> Mode:
        """What it lets through. The door knows better than the profile: it may have been switched elsewhere."""
        return self.aws.permit.mode if self.aws is not None else self.profile.mode

    @property
    def place(self) -> str:
        """Its name for people."""
        return f"{self.profile.name} · {self.region}"

    def owns(self, page: Page) -> bool:
        """Whether a page looks through this connection."""
        regions = {self.region, self.aws.region if self.aws is not None else self.region}
        return page.aws is not None and page.context.profile_id == self.profile.id and page.context.region in regions
