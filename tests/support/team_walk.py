"""All that is done with a team, for tests that hold each answer to the description of the api."""

from __future__ import annotations

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.team import id_of, make
from tests.support.tenants import TestTenant, add_person


async def walk_team(owner: Operator, operator: Operator, settings: Settings) -> None:
    """Each operation once with success, and some refusals beside."""
    me = await id_of(operator)
    member = f"/team/members/{me}"
    await owner.request("GET", "/team/members", params={"limit": "1"})
    await owner.request("GET", member)
    await _departments_and_skills(owner, member)
    await _roles(owner)
    await owner.request("PATCH", member, json={"role": "nobody"})
    await operator.request("PATCH", member, json={})
    await owner.request("POST", f"{member}/disable")
    await owner.request("POST", f"{member}/enable")
    await operator.sign_in()
    await _availability(owner, operator, member)
    await owner.request("DELETE", f"/team/members/{await id_of(owner)}")  # 409
    async with _another(owner, await add_person(settings, owner.tenant, role="analyst")) as leaving:
        await leaving.request("POST", "/team/leave", json={"slug": owner.tenant.slug})
    async with _another(owner, await add_person(settings, owner.tenant, role="analyst")) as removed:
        await owner.request("DELETE", f"/team/members/{await id_of(removed)}")


def _another(owner: Operator, person: TestTenant) -> Operator:
    """One more person, whose answers are held to the description too."""
    found = Operator(str(owner._http.base_url).removesuffix("/api/v1/"), person)
    found._http.event_hooks = owner._http.event_hooks
    return found


async def _departments_and_skills(owner: Operator, member: str) -> None:
    department = await make(owner, "/team/departments", "department", name={"en": "Walk"})
    skill = await make(owner, "/team/skills", "skill", name="Walk")
    for path in (f"/team/departments/{department['id']}", f"/team/skills/{skill['id']}"):
        await owner.request("GET", path)
        await owner.request("PATCH", path, json={})
    given = {"department_ids": [department["id"]], "skills": [{"skill_id": skill["id"], "level": 1}]}
    await owner.request("PATCH", member, json=given)
    await owner.request("GET", member)
    await owner.request("GET", "/team/skills")
    await owner.request("DELETE", f"/team/departments/{department['id']}")
    await owner.request("DELETE", f"/team/skills/{skill['id']}")


async def _roles(owner: Operator) -> None:
    await owner.request("GET", "/team/permissions")
    role = await make(owner, "/team/roles", "role", name="Walk", permissions=["team.read"])
    await owner.request("POST", "/team/roles", json={"name": "Walk", "permissions": []})  # 409
    path = f"/team/roles/{role['key']}"
    await owner.request("GET", "/team/roles")
    await owner.request("GET", path)
    await owner.request("PATCH", path, json={"scope": "own"})
    await owner.request("DELETE", path)


async def _availability(owner: Operator, operator: Operator, member: str) -> None:
    state = await make(owner, "/team/availability-states", "state", name="Walk", kind="away")
    await owner.request("GET", "/team/availability-states")
    await operator.request("GET", "/team/availability")
    await operator.request("PUT", "/team/availability", json={"state": state["key"]})
    await owner.request("PUT", f"{member}/availability", json={"state": "online"})
    path = f"/team/availability-states/{state['key']}"
    await owner.request("PATCH", path, json={"name": "Walked"})
    await owner.request("DELETE", path)
