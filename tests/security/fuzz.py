"""Requests made up from /openapi.json by schemathesis, as three identities.

`python -m tests.security.fuzz --minutes 10` looks for longer, each time elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import schemathesis
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation as Place
from schemathesis.engine import events, from_schema
from schemathesis.hooks import unregister_all

from omnisupport.api.limits import LIMITS
from omnisupport.domain.permissions import Permission
from omnisupport.settings import Settings
from tests.security.examples import filled, with_examples
from tests.security.ground import Ground
from tests.support.product import Product
from tests.support.team import plant_invitation
from tests.support.tenants import ECHO, add_person, make_tenant

SEED = 20261126
PHASES = ("examples", "coverage", "fuzzing", "stateful")
SPARE = 20
"""Members and invitations that a run may use up."""
OFF = [
    "unsupported_method",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "object_level_authorization",
    "positive_data_acceptance",
    "missing_required_header",
]
NO_LIMITS = ",".join(f"{cost}.{subject}=9000000" for cost, subject in LIMITS)


@dataclass
class Told:
    """What a run was answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    by_operation: dict[str, Counter[int]] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def well(self) -> set[str]:
        """Operations with a 2xx."""
        return {label for label, seen in self.by_operation.items() if min(seen) < 300}

    def summary(self, name: str, seed: int = SEED) -> str:
        """A line for people."""
        total = sum(self.statuses.values())
        good = sum(n for status, n in self.statuses.items() if status < 300)
        return (
            f"{name}: {total} cases, {good} answered 2xx; {len(self.well)} of {len(self.by_operation)} operations "
            f"with a 2xx; {dict(sorted(self.statuses.items()))}; seed {seed}"
        )

    def findings(self) -> list[str]:
        """Each fault once, with the request that shows it."""
        faults = [f"{label}: {what}\n{text}" for (label, what), text in sorted(self.failures.items())]
        return faults + self.errors


@dataclass(frozen=True)
class Plan:
    """How much is asked: of which operations, in which phases, how many examples each while fuzzing.

    Of each operation's requests that the schema refuses, one in `thinned` is made.
    """

    phases: tuple[str, ...]
    examples: int = 1
    thinned: int = 1
    operations: Callable[[dict[str, Any]], bool] = lambda _: True
    minutes: float | None = None
    seed: int = SEED


class Run:
    """One identity's run over the whole description."""

    def __init__(self, ground: Ground, document: dict[str, Any], token: Callable[[Any], str | None]) -> None:
        self.ground = ground
        self.told = Told()
        self._document = with_examples(document)
        self._token = token
        self._keys = count(1)
        self._refused: Counter[str] = Counter()

    def go(self, plan: Plan) -> Told:
        """Run to the end."""
        paths = {
            path: kept
            for path, item in self._document["paths"].items()
            if (kept := {method: each for method, each in item.items() if plan.operations(each)})
        }
        config = SchemathesisConfig.from_dict(_config(plan, self.ground.url))
        schema = schemathesis.openapi.from_dict({**self._document, "paths": paths}, config=config)
        schemathesis.hook("filter_case")(lambda context, case: self._is_made(case, plan.thinned))
        schemathesis.hook("before_call")(lambda context, case, kwargs: self._before(case))
        schemathesis.hook("after_call")(lambda context, case, response: self._after(case, response))
        try:
            for event in from_schema(schema).execute():
                self._take(event)
        finally:
            unregister_all()
        return self.told

    def _is_made(self, case: Any, thinned: int) -> bool:
        if case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE:
            return True
        label = case.operation.label
        self._refused[label] += 1
        return self._refused[label] % thinned == 1 % thinned

    def _before(self, case: Any) -> None:
        case.headers.pop("Authorization", None)
        case.cookies.clear()
        token = self._token(case)
        if token is not None:
            case.headers["Authorization"] = f"Bearer {token}"
        if _is_good(case, Place.PATH):
            case.path_parameters |= self.ground.fill(case.path, anew=case.method.upper() == "DELETE")
        if _is_good(case, Place.HEADER):
            if "Idempotency-Key" in case.headers:
                case.headers["Idempotency-Key"] = f"key-{next(self._keys)}"
            if "if-match" in case.headers:
                case.headers["if-match"] = self.ground.etag(case.formatted_path)
        if _is_good(case, Place.BODY):
            case.body = filled(case.body, self.ground.word(), self.ground.named)

    def _after(self, case: Any, response: Any) -> None:
        label, status = case.operation.label, response.status_code
        self.told.statuses[status] += 1
        self.told.by_operation.setdefault(label, Counter())[status] += 1
        self.ground.mend(status, response.content)
        if status == 202 and label.endswith("/scenarios/{scenario_id}/test"):
            self.ground.call_off(case.formatted_path, response.json()["job"])

    def _take(self, event: Any) -> None:
        if isinstance(event, events.NonFatalError):
            self.told.errors.append(f"{event.label}: {event.value!r}"[:2000])
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.ScenarioFinished):
            for case_id, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        failure = check.failure_info.failure
                        what = (event.recorder.label, f"{check.name}: {failure.title}")
                        answer = event.recorder.interactions[case_id].response
                        self.told.failures.setdefault(
                            what,
                            f"{failure.message}\n{check.failure_info.code_sample}"
                            f"\n{answer.status_code if answer else None} {answer.content[:600] if answer else b''!r}",
                        )


def _config(plan: Plan, url: str) -> dict[str, Any]:
    generation = {"deterministic": plan.minutes is None, "no-shrink": True, "with-security-parameters": False}
    found: dict[str, Any] = {
        "seed": plan.seed,
        "base-url": url,
        "request-timeout": 20,
        "continue-on-failure": True,
        "workers": 1,
        "cache": {"enabled": False},
        "generation": {**generation, "max-examples": plan.examples},
        "checks": {name: {"enabled": False} for name in OFF},
        "phases": {name: {"enabled": name in plan.phases} for name in PHASES},
    }
    found["phases"]["coverage"]["unexpected-methods"] = []
    return found | ({"max-time": int(plan.minutes * 60)} if plan.minutes else {})


def _is_good(case: Any, place: Place) -> bool:
    component = case.meta.components.get(place) if case.meta else None
    return component is None or component.mode == GenerationMode.POSITIVE


async def prepare(settings: Settings, url: str) -> Ground:
    """A tenant to ask about, with people and invitations that may be used up."""
    tenant = await make_tenant(settings, ECHO)
    for _ in range(SPARE):
        await add_person(settings, tenant, role="operator")
    invitations = [
        (await plant_invitation(settings, tenant, email=f"spare-{n}@example.com"))[1] for n in range(SPARE)
    ]
    return await asyncio.to_thread(Ground, url, tenant, settings, invitations)


def identities(ground: Ground) -> Iterator[tuple[str, Callable[[Any], str | None]]]:
    """Who asks, and the credential that he shows."""
    yield "owner", lambda _: ground.token
    scopes = [each.value for each in Permission]
    key = ground.ask("POST", "/keys", json={"name": "all", "scopes": scopes}).json()["token"]
    yield "key", lambda _: key
    yield "visitor", lambda case: ground.visitor_token if "/widget/" in case.path else None


def main() -> None:
    """Look for faults for so many minutes, on a product of its own."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    wanted = parser.parse_args()
    env = {"OMNI_RATE_LIMITS": NO_LIMITS, "OMNI_WIDGET_MESSAGES_PER_MINUTE": "1000000"}
    with tempfile.TemporaryDirectory() as folder, Product(Path(folder) / "state", env=env) as product:
        ground = asyncio.run(prepare(product.settings(), product.url))
        document = httpx2.get(f"{product.url}/openapi.json").json()
        plan = Plan(("coverage", "fuzzing"), examples=200, minutes=wanted.minutes / 3, seed=wanted.seed)
        for name, token in identities(ground):
            told = Run(ground, document, token).go(plan)
            print(told.summary(name, plan.seed), *told.findings(), sep="\n", flush=True)


if __name__ == "__main__":
    main()
