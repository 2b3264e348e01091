-- The inbox by department, and how long its lists are.

-- Who waits for a person: few rows of many, counted without a walk along all that is open.
create index conversation_waiting on conversation (tenant_id, department_id)
  where status = 'open' and controller = 'operator' and assignee_id is null;

-- The ids of a page of one department, newest first; p as for list_conversations, with {department}.
create function department_page(t uuid, p jsonb, p_limit integer, s jsonb) returns uuid[]
language plpgsql stable security invoker as $$
declare
  statuses text[] := case when p ? 'status' then array[p ->> 'status'] else array['open', 'pending', 'snoozed', 'resolved'] end;
  place uuid := (p ->> 'department')::uuid;
  holder text := p ->> 'assigned_to';
  nobody boolean := coalesce(p ->> 'assigned_to' = 'none', false);
  before timestamptz := coalesce((p ->> 'before')::timestamptz, 'infinity');
  before_id uuid := coalesce((p ->> 'before_id')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  channels uuid[];
begin
  if p ? 'channel' then
    channels := array(select h.id from channel h where h.tenant_id = t and h.type = p ->> 'channel');
  end if;
  -- Of a department that is not in reach, those that are one's own.
  if not reaches(null, place, s) then
    if holder is not null and holder <> s ->> 'user' then
      return '{}';
    end if;
    holder := s ->> 'user';
  end if;
  if holder is not null and not nobody then
    return array(
      select c.id from unnest(statuses) q, lateral (
        select c.id, c.updated_at from conversation c
          where c.tenant_id = t and c.assignee_id = holder::uuid and c.status = q and c.department_id = place
            and (c.updated_at, c.id) < (before, before_id) and passes(c, p ->> 'controller', channels, false)
          order by c.updated_at desc, c.id desc limit p_limit) c
      order by c.updated_at desc, c.id desc limit p_limit);
  end if;
  return array(
    select c.id from unnest(statuses) q, lateral (
      select c.id, c.updated_at from conversation c
        where c.tenant_id = t and c.department_id = place and c.status = q
          and (c.updated_at, c.id) < (before, before_id) and passes(c, p ->> 'controller', channels, nobody)
        order by c.updated_at desc, c.id desc limit p_limit) c
    order by c.updated_at desc, c.id desc limit p_limit);
end
$$;

-- Patched, not written anew: whatever a migration before this one has made of it stays.
do $$
declare
  definition text;
  patched text;
begin
  select pg_get_functiondef(p.oid) into strict definition
    from pg_proc p where p.proname = 'inbox_page' and p.pronamespace = 'public'::regnamespace;
  patched := replace(definition, E'begin\n  if p ? ''channel'' then',
    E'begin\n  if p ? ''department'' then\n    return department_page(t, p, p_limit, s);\n  end if;\n  if p ? ''channel'' then');
  if patched = definition then
    raise exception 'inbox_page does not begin as expected';
  end if;
  execute patched;
end
$$;

-- How many conversations of these statuses are in reach, no more than p_most: as for inbox_page one range of an index each,
-- and the indexes alone are read. A range is left at p_most, and no other is begun when that many are found.
create function count_reached(t uuid, p_statuses text[], p_most integer, s jsonb) returns integer
language plpgsql stable security invoker as $$
declare
  kind text := coalesce(s ->> 'kind', 'all');
  mine uuid := (s ->> 'user')::uuid;
  places uuid[];
  place uuid;
  found integer := 0;
begin
  if kind = 'all' then
    return (select least(p_most, sum(r.n)) from unnest(p_statuses) q, lateral (select count(*) n from (
      select from conversation c where c.tenant_id = t and c.status = q
        order by c.updated_at desc, c.id desc limit p_most) c) r);
  end if;
  if kind <> 'departments' then
    return (select least(p_most, sum(r.n)) from unnest(p_statuses) q, lateral (select count(*) n from (
      select from conversation c where c.tenant_id = t and c.assignee_id = mine and c.status = q
        order by c.updated_at desc, c.id desc limit p_most) c) r);
  end if;
  places := array(select jsonb_array_elements_text(s -> 'departments'))::uuid[];
  foreach place in array places loop
    exit when found >= p_most;
    found := found + (select sum(r.n) from unnest(p_statuses) q, lateral (select count(*) n from (
      select from conversation c where c.tenant_id = t and c.department_id = place and c.status = q
        order by c.updated_at desc, c.id desc limit p_most) c) r);
  end loop;
  if found < p_most then
    found := found + (select sum(r.n) from unnest(p_statuses) q, lateral (select count(*) n from (
      select from conversation c where c.tenant_id = t and c.department_id is null and c.status = q
        order by c.department_id, c.updated_at desc, c.id desc limit p_most) c) r);
  end if;
  if found < p_most then
    found := found + (select sum(r.n) from unnest(p_statuses) q, lateral (select count(*) n from (
      select from conversation c where c.tenant_id = t and c.assignee_id = mine and c.status = q
          and c.department_id <> all (places)
        order by c.updated_at desc, c.id desc limit p_most) c) r);
  end if;
  return least(p_most, found);
end
$$;

-- Open conversations in reach that the bot has. Who has one stands in the row, so rows are read, newest first.
create function count_bot(t uuid, p_most integer, s jsonb) returns integer
language plpgsql stable security invoker as $$
declare
  kind text := coalesce(s ->> 'kind', 'all');
  places uuid[];
  place uuid;
  found integer := 0;
begin
  if kind = 'all' then
    return (select count(*) from (
      select from conversation c where c.tenant_id = t and c.status = 'open' and c.controller <> 'operator'
        order by c.updated_at desc, c.id desc limit p_most) c);
  end if;
  if kind <> 'departments' then
    return (select count(*) from (
      select from conversation c where c.tenant_id = t and c.assignee_id = (s ->> 'user')::uuid and c.status = 'open'
          and c.controller <> 'operator'
        order by c.updated_at desc, c.id desc limit p_most) c);
  end if;
  places := array(select jsonb_array_elements_text(s -> 'departments'))::uuid[];
  foreach place in array places loop
    exit when found >= p_most;
    found := found + (select count(*) from (
      select from conversation c where c.tenant_id = t and c.department_id = place and c.status = 'open'
          and c.controller <> 'operator'
        order by c.updated_at desc, c.id desc limit p_most - found) c);
  end loop;
  if found < p_most then
    found := found + (select count(*) from (
      select from conversation c where c.tenant_id = t and c.department_id is null and c.status = 'open'
          and c.controller <> 'operator'
        order by c.department_id, c.updated_at desc, c.id desc limit p_most) c);
    found := found + (select count(*) from (
      select from conversation c where c.tenant_id = t and c.assignee_id = (s ->> 'user')::uuid and c.status = 'open'
          and c.department_id <> all (places) and c.controller <> 'operator'
        order by c.updated_at desc, c.id desc limit p_most) c);
  end if;
  return least(p_most, found);
end
$$;

-- Open conversations that nobody has taken, and that wait for somebody.
create function count_waiting(t uuid, p_most integer, s jsonb) returns integer language sql stable security invoker as $$
  select count(*)::integer from (
    select from conversation c
      where c.tenant_id = t and c.status = 'open' and c.controller = 'operator' and c.assignee_id is null
        and reaches(null, c.department_id, s)
      limit p_most) c
$$;

-- Open ones of each department that a person may see, by its id: whole departments in reach, of the others his own.
create function count_departments(t uuid, p_user uuid, p_most integer, s jsonb) returns jsonb
language sql stable security invoker as $$
  with held as materialized (
    select c.department_id from conversation c
      where c.tenant_id = t and c.assignee_id = p_user and c.status = 'open'
      order by c.updated_at desc, c.id desc limit p_most)
  select coalesce(jsonb_object_agg(d.id, case when reaches(null, d.id, s) then (select count(*) from (
      select from conversation c where c.tenant_id = t and c.department_id = d.id and c.status = 'open'
        order by c.updated_at desc, c.id desc limit p_most) c)
    else (select count(*) from held h where h.department_id = d.id) end), '{}'::jsonb)
  from (select d.id from department d where d.tenant_id = t order by d.key limit 200) d
$$;

-- How long the lists of the inbox are: {mine, unassigned, bot, all, open, snoozed, departments: {id: open ones}}, each
-- counted no further than p_most.
create or replace function count_conversations(t uuid, p_user uuid, p_most integer, s jsonb default null) returns jsonb
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return jsonb_build_object(
    'mine', (select count(*) from (
      select from conversation c where c.tenant_id = t and c.assignee_id = p_user and c.status = 'open'
        order by c.updated_at desc, c.id desc limit p_most) c),
    'unassigned', count_waiting(t, p_most, s),
    'bot', count_bot(t, p_most, s),
    'all', count_reached(t, array['open', 'pending', 'snoozed', 'resolved'], p_most, s),
    'open', count_reached(t, array['open'], p_most, s),
    'snoozed', count_reached(t, array['snoozed'], p_most, s),
    'departments', count_departments(t, p_user, p_most, s));
end
$$;
