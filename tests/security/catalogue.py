"""What the catalogue and the code say against the wall between tenants; each finding names the thing and the rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import asyncpg

BEFORE_A_TENANT = {"tenant_slug", "channel_route", "user", "user_tenant", "alembic_version"}
"""Read before a tenant is known: ids, hashes and addresses (and alembic's own)."""
ABOVE_TENANTS = {"conversation_unanswered"}
"""Indexes of the sweeper, which looks across tenants; none of them is unique."""
WALL = "(tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)"

TABLES = """
select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
  (select array_agg(p.polname || ' ' || p.polcmd::text || ' ' || p.polpermissive::text || ' '
     || pg_get_expr(p.polqual, p.polrelid) || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), ''))
     -- A restrictive one only takes away from what the wall lets through.
     from pg_policy p where p.polrelid = c.oid and p.polpermissive and (p.polroles @> array[0::oid]
       or exists (select from pg_roles r where r.oid = any (p.polroles) and r.rolname = 'omni_app'))) as policies
from pg_class c where c.relkind in ('r', 'p', 'f') and c.relnamespace = 'public'::regnamespace
"""
KEYS = """
select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name, i.indisunique as is_unique,
  array(select a.attname from unnest(i.indkey::int2[]) with ordinality k (n, place)
    left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n
    where k.place <= i.indnkeyatts order by k.place)::text[] as columns
from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace
"""
REFERENCES = """
select f.conname as name, f.conrelid::regclass::text as table, f.confrelid::regclass::text as target,
  array(select a.attname from unnest(f.conkey) with ordinality k (n, place) join pg_attribute a
    on a.attrelid = f.conrelid and a.attnum = k.n order by k.place)::text[] as columns,
  array(select a.attname from unnest(f.confkey) with ordinality k (n, place) join pg_attribute a
    on a.attrelid = f.confrelid and a.attnum = k.n order by k.place)::text[] as targets
from pg_constraint f where f.contype = 'f' and f.connamespace = 'public'::regnamespace
"""
VIEWS = """
select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and (c.relkind = 'm'
  or (c.relkind = 'v' and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)))
"""
DEFINERS = """
select p.oid::regprocedure::text as name from pg_proc p
where p.prosecdef and p.pronamespace = 'public'::regnamespace
"""
GRANTS = """
select c.relname as name, a.privilege_type as may from pg_class c, aclexplode(c.relacl) a
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
  and (a.grantee = 0 or (a.grantee = 'omni_app'::regrole and a.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')))
"""


async def findings(connection: asyncpg.Connection) -> list[str]:
    """Everything in a database that the wall does not hold."""
    found: list[str] = []
    for row in await connection.fetch(TABLES):
        if row["name"] not in BEFORE_A_TENANT:
            found += _of_table(row["name"], row["forced"], row["policies"] or [])
    for row in await connection.fetch(KEYS):
        table = row["table"].strip('"')
        first = row["columns"][:1]
        if table in BEFORE_A_TENANT or first == ["tenant_id"] or row["name"] in ABOVE_TENANTS:
            continue
        found.append(
            f"{'R4' if row['is_unique'] else 'R8'}: {row['name']} of {table} does not start with tenant_id"
        )
    for row in await connection.fetch(REFERENCES):
        table, target = row["table"].strip('"'), row["target"].strip('"')
        if table in BEFORE_A_TENANT or target in BEFORE_A_TENANT:
            continue
        if row["columns"][:1] != ["tenant_id"] or row["targets"][:1] != ["tenant_id"]:
            found.append(f"R5: {row['name']} of {table} may point into another tenant")
    found += [f"R3: {row['name']} shows its owner's rows" for row in await connection.fetch(VIEWS)]
    found += [f"R3: {row['name']} runs as its owner" for row in await connection.fetch(DEFINERS)]
    found += [f"R1: {row['may']} on {row['name']} is granted" for row in await connection.fetch(GRANTS)]
    return found


def _of_table(name: str, forced: bool, policies: Iterable[str]) -> Iterable[str]:
    if not forced:
        yield f"R1: {name} is not behind forced row security"
    if list(policies) != [f"tenant_wall * true {WALL}"]:
        yield f"R9: {name} has other policies than the wall: {list(policies)}"


PLAIN_SET = re.compile(r"\bset\s+(?:session\s+)?app\.tenant\b", re.IGNORECASE)
NOT_LOCAL = re.compile(r"set_config\(\s*'+app\.tenant'+\s*,[^;]*?,\s*false\s*\)", re.IGNORECASE)
DEFINER = re.compile(r"\bsecurity\s+definer\b", re.IGNORECASE)
ROW_SECURITY_OFF = re.compile(r"\brow_security\s*(?:=|to)\s*off\b|\bbypassrls\b", re.IGNORECASE)


def findings_of_code(files: Iterable[Path]) -> list[str]:
    """Places of the code that would carry a tenant over a transaction, or go round the wall."""
    found: list[str] = []
    for file in files:
        source = file.read_text("utf-8")
        rules = {"R6": (PLAIN_SET, NOT_LOCAL), "R3": (DEFINER,), "R1": (ROW_SECURITY_OFF,)}
        for rule, patterns in rules.items():
            for pattern in patterns:
                found += [f"{rule}: {file.name}: {match.group()}" for match in pattern.finditer(source)]
    return found
