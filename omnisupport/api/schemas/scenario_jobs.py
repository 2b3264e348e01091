"""Trials of a scenario, those answered at once and those that go on as jobs."""

from __future__ import annotations

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, JsonValue, StringConstraints, model_validator

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.scenario_tests import FileName
from omnisupport.api.schemas.scenarios import Ref

CaseName = Annotated[Plain, StringConstraints(min_length=1, max_length=300)]


class Cases(Input):
    """Test cases: of this document, else of every test file of the scenario; `only` those of these names."""

    document: Plain | None = None
    name: FileName = "cases.yaml"
    only: Annotated[list[CaseName], Field(max_length=200)] | None = None


class Transcript(Input):
    """One conversation to see how it goes: the steps of a test case, without what is expected of it."""

    given: dict[str, JsonValue] = {}
    stubs: dict[str, JsonValue] = {}
    steps: Annotated[list[JsonValue], Field(min_length=1, max_length=200)]


class Walks(Input):
    """Random walks; the same seed walks the same ways."""

    walks: Annotated[int, Field(ge=1, le=100_000, strict=True)] = 10_000
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)] = 1


class Replay(Input):
    """The last conversations again."""

    last: Annotated[int, Field(ge=1, le=5_000, strict=True)] = 1_000


class Mutants(Input):
    """Planted faults: would the tests notice? At most so many, spread over the scenario."""

    most: Annotated[int, Field(ge=1, le=5_000, strict=True)] = 500


class GateTrial(Input):
    """All that is looked at before a version goes live: tests, walks, and the last conversations again."""

    walks: Annotated[int, Field(ge=1, le=100_000, strict=True)] = 10_000
    last: Annotated[int, Field(ge=1, le=5_000, strict=True)] = 1_000


class Trial(Input):
    """What to try, exactly one of them, and on which document: a draft with errors cannot be tried."""

    of: Ref = "draft"
    cases: Cases | None = None
    transcript: Transcript | None = None
    walks: Walks | None = None
    replay: Replay | None = None
    mutants: Mutants | None = None
    gate: GateTrial | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.asked) != 1:
            raise ValueError("name one of cases, transcript, walks, replay, mutants and gate")
        return self

    @property
    def asked(self) -> list[tuple[str, Input]]:
        """What is asked for."""
        kinds = ("cases", "transcript", "walks", "replay", "mutants", "gate")
        return [(kind, found) for kind in kinds if (found := getattr(self, kind)) is not None]


class Progress(Output):
    """How far a job is."""

    done: int
    total: int


class Job(Output):
    """A long run about a scenario. `kind`: walks, replay, mutants, gate, migration.

    `status`: waiting, running, done, failed, cancelled; `failure` is a code.
    """

    id: UUID
    kind: str
    status: str
    progress: Progress | None
    report: dict[str, Any] | None
    failure: str | None
    created_at: str
    finished_at: str | None


class JobEnvelope(Output):
    """One job."""

    job: Job


class Tried(Output):
    """What a trial came to at once (`report`), or the job that it goes on as."""

    report: dict[str, Any] | None
    job: Job | None
