"""Which probes are sent: one that writes is kept back by the mode, and in production until its key was typed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cognito_explorer.core.identity_pools.probes import Probe, ProbeResult, kept_back
from cognito_explorer.gui.lib.dialogs import ask_typed_name

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws


def why_kept_back(aws: "Aws | None", probe: Probe) -> str:
    """Why the mode lets nobody try a probe, or ""."""
    if aws is None or not probe.is_writing:
        return ""
    return aws.permit.why_not_by_mode("PutObject", "s3")


async def sort_out(parent: QWidget, aws: "Aws", probes: Sequence[Probe]) -> dict[Probe, ProbeResult | None]:
    """The probes, after what there is to ask: with None those that are sent, with why not those that are not."""
    found: dict[Probe, ProbeResult | None] = {}
    for probe in probes:
        reason = why_kept_back(aws, probe)
        if not reason and probe.is_writing and aws.profile.is_production and not await _may_write(parent, aws, probe):
            reason = f"“{aws.profile.name}” is production, and the key was not typed."
        found[probe] = kept_back(probe, reason) if reason else None
    return found


async def _may_write(parent: QWidget, aws: "Aws", probe: Probe) -> bool:
    text = (
        f"It writes into {probe.bucket} for real, through the production profile “{aws.profile.name}”. Where it is"
        " allowed, what the object holds now is replaced, and nothing brings it back."
    )
    title = f"Try “{probe.title[:40]}”?"
    return await ask_typed_name(parent, title=title, text=text, name=probe.key, action="Write it", keep="Keep it back")
