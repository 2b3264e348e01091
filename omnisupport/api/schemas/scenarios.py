"""Scenarios as builders write and read them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, JsonValue, StrictBool, StringConstraints, model_validator

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.domain.scenario_jobs import Policy

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{3}$")]
"""The code of a check, such as W304."""
Ref = Annotated[str, StringConstraints(pattern=r"^(draft|live|canary|[1-9][0-9]{0,8})$")]
"""A document of a scenario: its draft, a pointer, or the number of a version."""
Number = Annotated[int, Field(ge=1, le=10**9, strict=True)]
Percent = Annotated[int, Field(ge=0, le=100, strict=True)]


Farewell = Annotated[Plain, StringConstraints(max_length=1_000, strip_whitespace=True)]


class Document(Input):
    """A YAML or JSON document."""

    document: str


class NewScenario(Input):
    """A document, or the id of a template to begin with; `id` is what the scenario of a template is called then."""

    document: str | None = None
    template: Annotated[Plain, StringConstraints(max_length=64)] | None = None
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$")] | None = None

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.document is None) == (self.template is None):
            raise ValueError("a scenario is made from a document or from a template")
        if self.id is not None and self.template is None:
            raise ValueError("a document names its own id")
        return self


class Draft(Document):
    """A draft to save. `base`: the text that it was made from, for the diff when that revision is kept no more."""

    base: str | None = None


class Release(Input):
    """How the draft goes live.

    `acknowledge` names the codes of the warnings that the author takes on himself. Of a canary `percent` of the
    customers get the version, always the same ones. Conversations that are going on keep theirs, or `migrate` says
    what becomes of them; `farewell` is what those hear who are ended by `finish`.
    """

    message: Annotated[Plain, StringConstraints(max_length=500, strip_whitespace=True)] = ""
    to: Literal["live", "canary"] = "live"
    percent: Annotated[int, Field(ge=1, le=99, strict=True)] | None = None
    acknowledge: Annotated[list[Code], Field(max_length=200)] = []
    migrate: Policy = Policy.KEEP
    farewell: Farewell = ""

    @model_validator(mode="after")
    def _of_a_canary(self) -> Self:
        if (self.percent is None) == (self.to == "canary"):
            raise ValueError("a canary has a percent, a live version has none")
        if self.to == "canary" and self.migrate != Policy.KEEP:
            raise ValueError("nobody is moved to a canary")
        return self


class Rollback(Input):
    """The version that new runs take again."""

    to: Number


class CanaryShare(Input):
    """How many percent of the customers get the canary; 0 ends it."""

    percent: Percent


class ScenarioChange(Input):
    """`archived`: false takes a scenario out again that was put away."""

    archived: StrictBool


class Edit(Output):
    """A change of the text: what stands from one place up to another becomes `text`. Counted from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Finding(Output):
    """What a check has to say, from one place up to another; `edit` mends it where there is no doubt how."""

    code: str
    severity: str
    message: dict[str, str]
    line: int
    column: int
    end_line: int
    end_column: int
    node: str | None
    field: str | None
    fix: dict[str, str] | None
    edit: list[Edit] | None


class Point(Output):
    """What a trial has to say: `count` times. What `blocks` has to be mended, the rest can be acknowledged."""

    code: str
    blocks: bool
    count: int
    message: dict[str, str]


class Validation(Output):
    """`valid` means that it may be published."""

    valid: bool
    findings: list[Finding]


class ScenarioLine(Output):
    """A scenario without its document."""

    id: UUID
    key: str
    name: dict[str, str]
    revision: int
    live_version: int | None
    canary_version: int | None
    canary_percent: int
    archived_at: str | None
    updated_at: str


class Scenario(ScenarioLine):
    """A scenario with its draft."""

    document: str


class ScenarioEnvelope(Output):
    """One scenario and what the checks say of its draft."""

    scenario: Scenario
    findings: list[Finding]


class Scenarios(Output):
    """Every scenario of the tenant."""

    items: list[ScenarioLine]


class ScenarioPointers(Output):
    """One scenario without its document."""

    scenario: ScenarioLine


class DraftOut(Output):
    """A draft at a revision."""

    revision: int
    document: str
    updated_at: str


class Published(Output):
    """A version that new runs take from now on: all of them, or those of a share of the customers.

    `points` are what its trial has to say beside the findings, `job_id` is the migration that has begun.
    """

    scenario_id: UUID
    version: int
    ir_hash: str
    to: Literal["live", "canary"]
    findings: list[Finding]
    points: list[Point]
    job_id: UUID | None


class Acknowledged(Output):
    """Who has taken on which warnings; `by` is the id of a person or a key."""

    by: str | None
    name: str
    at: str
    codes: list[str]


class VersionLine(Output):
    """A version without its content. `published_at`: when it first went live; null: only a canary so far."""

    version: int
    ir_hash: str
    engine: int
    message: str
    author_id: UUID | None
    acknowledged: Acknowledged | None
    created_at: str
    published_at: str | None


class VersionPage(Output):
    """Versions, newest first."""

    items: list[VersionLine]
    next_cursor: str | None


class Version(VersionLine):
    """A version with its document, the report of the gate, and what callers of it rely on."""

    document: str
    report: dict[str, Any]
    signature: dict[str, Any]


class VersionEnvelope(Output):
    """One version."""

    version: Version


class Change(Output):
    """One difference by what it means. `breaking`: callers, or conversations that are going on, must know of it."""

    kind: str
    path: str
    node: str | None
    before: JsonValue
    after: JsonValue
    breaking: bool
    message: dict[str, str]


class ScenarioDiff(Output):
    """What is different between two documents of a scenario, by meaning and as a unified diff.

    `changes` is null where one of the two cannot be read.
    """

    before: str
    after: str
    changes: list[Change] | None
    lines_added: int
    lines_removed: int
    text: str


class Conflict(Output):
    """A place that two people have changed in different ways; what one of them took away is null there."""

    path: str
    base: JsonValue
    ours: JsonValue
    theirs: JsonValue


class WaitingNode(Output):
    """How many conversations are at a node, in runs of a version."""

    version: int
    node: str | None
    count: int


class WaitingNodes(Output):
    """Where the conversations of a scenario are, the newest version first."""

    items: list[WaitingNode]


class Migration(Input):
    """What would become of the runs that go on under another document.

    Without `dry_run` they are moved to it, which has to be a version, as `policy` says; `farewell` is for `finish`.
    """

    to: Ref = "draft"
    dry_run: StrictBool = True
    policy: Policy = Policy.AT_NEXT_WAIT
    farewell: Farewell = ""

    @model_validator(mode="after")
    def _to_a_version(self) -> Self:
        if not self.dry_run and (self.to in ("draft", "canary") or self.policy == Policy.KEEP):
            raise ValueError("runs are moved to the live version or one by its number, by a policy but keep")
        return self


class MovingNode(Output):
    """Conversations at a node. `way`: automatic, mapped, refused, or at_next_wait; `reason` and `what` of a refusal."""

    node: str | None
    count: int
    way: str
    to: str | None
    reason: str | None
    what: str | None


class MovingVersion(Output):
    """Conversations in a version. `variables` stand in the way; `skeleton` is the entry to complete, as YAML."""

    version: int
    count: int
    nodes: list[MovingNode]
    variables: dict[str, str]
    skeleton: str


class MigrationPlan(Output):
    """By version, the newest first; and the job that moves them, unless it was only looked at.

    `kept` runs without a conversation go on in other versions: they end in the version that they began with.
    """

    items: list[MovingVersion]
    kept: int
    job_id: UUID | None


class NewRun(Input):
    """What a scenario is begun with: the inputs that its trigger of the api names, and whom it is about."""

    inputs: Annotated[
        dict[Annotated[str, StringConstraints(max_length=64)], JsonValue], Field(max_length=50)
    ] = {}
    customer_id: UUID | None = None
    conversation_id: UUID | None = None


class BegunRun(Output):
    """Where it goes on: in a run of its own (`id`), or in a conversation, once that is free for it."""

    id: UUID | None
    conversation_id: UUID | None


class BegunRunEnvelope(Output):
    """A run that was begun."""

    run: BegunRun


class RunLine(Output):
    """A run of a scenario. `id` of one in a conversation: `{conversation_id}:{run}`; `since`: at this node."""

    id: str
    conversation_id: UUID | None
    version: int
    mode: str
    status: str
    node: str | None
    outcome: str | None
    since: str | None
    started_at: str | None
    ended_at: str | None


class RunPage(Output):
    """Runs, newest first."""

    items: list[RunLine]
    next_cursor: str | None


class TraceTurn(Output):
    """A turn of a run: what it decided and got back, and the state afterwards (null: the run is over)."""

    turn: int
    scenario: str | None
    ir_hash: str | None
    state: dict[str, Any] | None
    commands: list[Any]
    results: list[Any]
    trace: list[Any]
    created_at: str


class Trace(Output):
    """Turns of a run in their order; `more` says that others come after the last."""

    items: list[TraceTurn]
    more: bool
