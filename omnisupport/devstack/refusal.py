"""How devstack says no: one sentence that names the thing, the fact and the next step."""

from __future__ import annotations

from omnisupport.errors import OmniError


class Refused(OmniError):
    """The machine or the state folder is not fit to start; nothing was started."""

    code = "refused"
    status = 409


class PartFailed(OmniError):
    """A part did not become ready, or a step before it failed; the message ends with its last words."""

    code = "part_failed"
    status = 503
