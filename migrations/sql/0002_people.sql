-- People: what a person of a tenant is, may do and has done. Every table keeps the shape of 0001: tenant_id first in
-- every key, composite references, and the wall at the end of its file.

create function raise_wall(variadic names text[]) returns void language plpgsql as $$
declare
  name text;
begin
  foreach name in array names loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant_wall on %I for all to omni_app
         using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', name);
    execute format('grant select, insert, update, delete on %I to omni_app', name);
  end loop;
end
$$;

alter table "user"
  add column email_verified_at timestamptz,
  add column password_changed_at timestamptz not null default now(),
  add column platform_role text,
  add column totp_secret bytea,
  add column totp_confirmed_at timestamptz,
  add column totp_last_step bigint,
  add column recovery_hashes bytea[] not null default '{}',
  add column disabled_at timestamptz;

-- Who was there before was put there by the deployment, which answers for the address.
update "user" set email_verified_at = created_at;

alter table session
  add column impersonator_id uuid references "user" (id) on delete cascade,
  add column address text,
  add column verified_at timestamptz;

-- What a member is beside his role; made when he is looked at first.
create table member (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  user_id uuid not null references "user" (id) on delete cascade,
  availability text not null default 'online',
  availability_since timestamptz not null default now(),
  capacity jsonb not null default '{}',
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  primary key (tenant_id, user_id)
);
create table member_department (
  tenant_id uuid not null,
  user_id uuid not null references "user" (id) on delete cascade,
  department_id uuid not null,
  primary key (tenant_id, user_id, department_id),
  foreign key (tenant_id, department_id) references department (tenant_id, id) on delete cascade
);
create table role (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  key text not null,
  name text not null,
  permissions text[] not null,
  scope text not null default 'all',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, key)
);
create table skill (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  key text not null,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
create table member_skill (
  tenant_id uuid not null,
  user_id uuid not null references "user" (id) on delete cascade,
  skill_id uuid not null,
  level smallint not null,
  primary key (tenant_id, user_id, skill_id),
  foreign key (tenant_id, skill_id) references skill (tenant_id, id) on delete cascade
);
create table availability (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  key text not null,
  name text not null,
  kind text not null,
  primary key (tenant_id, key)
);
create table invitation (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  email text not null,
  name text,
  role text not null,
  department_ids uuid[] not null default '{}',
  skills jsonb not null default '{}',
  token_hash bytea not null,
  invited_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash)
);
create unique index invitation_open on invitation (tenant_id, email) where accepted_at is null and revoked_at is null;

-- One-time tokens of a person: `verify_email`, `reset_password`, `change_email`, `second_factor`.
create table account_token (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  token_hash bytea not null,
  user_id uuid not null references "user" (id) on delete cascade,
  purpose text not null,
  email text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, token_hash)
);
create index account_token_by_user on account_token (tenant_id, user_id, purpose);
create table api_key (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  user_id uuid references "user" (id) on delete cascade,
  name text not null,
  scopes text[] not null,
  token_hash bytea not null,
  hint text not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash)
);

-- What people and keys have done: rows are added, never changed. Tenant 0 is the platform's own.
create table audit (
  tenant_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  actor_kind text not null,
  actor_id uuid,
  actor_name text not null default '',
  impersonator_id uuid,
  action text not null,
  outcome text not null default 'done',
  target_kind text,
  target_id text,
  before jsonb,
  after jsonb,
  address text,
  user_agent text,
  -- What makes a line exist once, where the same request may come again.
  key text,
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
create index audit_by_time on audit (tenant_id, at desc, id desc);
create index audit_by_target on audit (tenant_id, target_kind, target_id, at desc, id desc);
create index audit_by_actor on audit (tenant_id, actor_id, at desc, id desc);

-- Answers of POSTs that named an Idempotency-Key, kept for a day; `answer` is sealed.
create table idempotency (
  tenant_id uuid not null,
  caller bytea not null,
  key text not null,
  request_hash bytea not null,
  status smallint,
  answer bytea,
  created_at timestamptz not null default now(),
  primary key (tenant_id, caller, key)
);
create index idempotency_by_time on idempotency (tenant_id, created_at);

select raise_wall('member', 'member_department', 'role', 'skill', 'member_skill', 'availability', 'invitation',
  'account_token', 'api_key', 'audit', 'idempotency');
revoke update, delete on audit from omni_app;

-- What a member may do now, short: open sockets are closed when it is no longer what it was (demotion within 5 s).
create function member_rights(t uuid, p_user uuid) returns text language sql stable as $$
  select ut.role || ':' || md5(concat_ws('|', array_to_string(r.permissions, ','), r.scope, (
      select string_agg(d.department_id::text, ',' order by d.department_id) from member_department d
        where d.tenant_id = t and d.user_id = p_user)))
  from user_tenant ut join "user" u on u.id = ut.user_id
    left join role r on r.tenant_id = t and r.key = ut.role
    left join member m on m.tenant_id = t and m.user_id = p_user
  where ut.tenant_id = t and ut.user_id = p_user and u.disabled_at is null and m.disabled_at is null
$$;

-- Who a member is and what he may do; null when he is none, or disabled.
create function member_json(t uuid, p_user uuid) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'name', u.name, 'email', u.email, 'locale', u.locale, 'role', ut.role,
    'permissions', to_jsonb(r.permissions), 'scope', r.scope, 'rights', member_rights(t, p_user),
    'departments', coalesce((select jsonb_agg(d.department_id) from member_department d
      where d.tenant_id = t and d.user_id = p_user), '[]'::jsonb),
    'two_factor', u.totp_confirmed_at is not null, 'verified', u.email_verified_at is not null,
    'platform_role', u.platform_role)
  from user_tenant ut join "user" u on u.id = ut.user_id
    left join role r on r.tenant_id = t and r.key = ut.role
    left join member m on m.tenant_id = t and m.user_id = p_user
  where ut.tenant_id = t and ut.user_id = p_user and u.disabled_at is null and m.disabled_at is null
$$;

-- Who a cookie's digest or an access token's family speaks for, with what he may do now; null: nobody. One round trip.
create function find_session(t uuid, p_digest bytea, p_family uuid, p_idle interval, p_touch interval)
returns jsonb language plpgsql security invoker as $$
declare
  s session;
  wanted jsonb;
  member jsonb;
begin
  perform set_config('app.tenant', t::text, true);
  if p_digest is not null then
    select * into s from session where tenant_id = t and token_hash = p_digest and kind = 'cookie'
      and revoked_at is null and expires_at > now() and last_seen_at > now() - p_idle;
  else
    select * into s from session where tenant_id = t and family = p_family and kind = 'refresh'
      and revoked_at is null and expires_at > now() limit 1;
  end if;
  if not found then
    return null;
  end if;
  select settings -> 'require_two_factor' into wanted from tenant where tenant_id = t and status = 'active';
  if not found then
    return null;
  end if;
  member := member_json(t, s.user_id);
  if member is not null and s.last_seen_at <= now() - p_touch then
    update session set last_seen_at = now() where tenant_id = t and id = s.id;
  end if;
  return member || jsonb_build_object('user_id', s.user_id, 'family', s.family, 'impersonator_id', s.impersonator_id,
    'verified_at', s.verified_at, 'two_factor_of', wanted);
end
$$;

-- As in 0001, with the rights of a member instead of the name of his role.
create or replace function ended_credentials(p_tenants uuid[], p_families uuid[], p_roles text[], p_tokens bytea[], p_idle interval)
returns jsonb language plpgsql security invoker as $$
declare
  held record;
  ended integer[] := '{}';
begin
  for held in
    select * from unnest(p_tenants, p_families, p_roles, p_tokens) with ordinality as c (tenant_id, family, rights, token, place)
  loop
    perform set_config('app.tenant', held.tenant_id::text, true);
    if held.token is null then
      perform from session s where s.tenant_id = held.tenant_id and s.family = held.family and s.revoked_at is null
        and s.expires_at > now() and (s.kind <> 'cookie' or s.last_seen_at > now() - p_idle)
        and member_rights(s.tenant_id, s.user_id) = held.rights;
    else
      perform from identity i
        where i.tenant_id = held.tenant_id and i.token_hash = held.token and i.expires_at > now();
    end if;
    if not found then
      ended := ended || held.place::integer;
    end if;
  end loop;
  return to_jsonb(ended);
end
$$;

-- Scope: which conversations a person reaches. s: {kind: all | departments | own, user, departments: [id]}, null for all;
-- a kind that is not known reaches no more than one's own.
create function reaches(p_assignee uuid, p_department uuid, s jsonb) returns boolean language sql stable as $$
  select s is null or s ->> 'kind' = 'all' or coalesce(p_assignee = (s ->> 'user')::uuid, false)
    or (s ->> 'kind' = 'departments' and (p_department is null or s -> 'departments' ? p_department::text))
$$;
create function in_scope(c conversation, s jsonb) returns boolean language sql stable as $$
  select reaches(c.assignee_id, c.department_id, s)
$$;

-- Each list is read from an index in its order, also where few rows of many are in reach.
drop index conversation_by_update;
create index conversation_by_status on conversation (tenant_id, status, updated_at desc, id desc);
create index conversation_by_assignee on conversation (tenant_id, assignee_id, status, updated_at desc, id desc);
create index conversation_by_department on conversation (tenant_id, department_id, status, updated_at desc, id desc);

-- Who held a conversation, and where, before it was passed on: whoever reached it then is told that it has gone.
alter table change add column moved_from jsonb;
create function tell_of_move() returns trigger language plpgsql security invoker as $$
begin
  insert into change (tenant_id, kind, conversation_id, moved_from)
    values (new.tenant_id, 'conversation', new.id,
      jsonb_build_object('assignee', old.assignee_id, 'department', old.department_id));
  return null;
end
$$;
create trigger conversation_moved after update of assignee_id, department_id on conversation for each row
  when (old.assignee_id is distinct from new.assignee_id or old.department_id is distinct from new.department_id)
  execute function tell_of_move();

create function passes(c conversation, p_controller text, p_channels uuid[], p_nobody boolean) returns boolean
language sql stable as $$
  select (p_controller is null or case when p_controller = 'bot' then c.controller <> 'operator'
      else c.controller = p_controller end)
    and (p_channels is null or c.channel_id = any (p_channels)) and (not p_nobody or c.assignee_id is null)
$$;

-- The ids of a page of the inbox, newest first. p as for list_conversations. One range of an index for each status,
-- and for each department in reach: a page costs as many rows as it has ranges and lines, however many there are. A column
-- that is null stands in the order too: the planner does not take `is null` for one value, and would sort the range.
create function inbox_page(t uuid, p jsonb, p_limit integer, s jsonb) returns uuid[]
language plpgsql stable security invoker as $$
declare
  statuses text[] := case when p ? 'status' then array[p ->> 'status'] else array['open', 'pending', 'snoozed', 'resolved'] end;
  kind text := coalesce(s ->> 'kind', 'all');
  mine uuid := (s ->> 'user')::uuid;
  holder text := p ->> 'assigned_to';
  wanted text := p ->> 'controller';
  nobody boolean := coalesce(holder = 'none', false);
  channels uuid[];
  places uuid[];
  before timestamptz := coalesce((p ->> 'before')::timestamptz, 'infinity');
  before_id uuid := coalesce((p ->> 'before_id')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  if p ? 'channel' then
    channels := array(select h.id from channel h where h.tenant_id = t and h.type = p ->> 'channel');
  end if;
  if kind not in ('all', 'departments') then
    if holder is not null and holder <> mine::text then
      return '{}';
    end if;
    holder := mine::text;
  end if;
  if holder is not null and not nobody then
    return array(
      select c.id from unnest(statuses) q, lateral (
        select c.id, c.updated_at from conversation c
          where c.tenant_id = t and c.assignee_id = holder::uuid and c.status = q
            and (c.updated_at, c.id) < (before, before_id) and passes(c, wanted, channels, false) and in_scope(c, s)
          order by c.updated_at desc, c.id desc limit p_limit) c
      order by c.updated_at desc, c.id desc limit p_limit);
  end if;
  if kind = 'all' and nobody then
    return array(
      select c.id from unnest(statuses) q, lateral (
        select c.id, c.updated_at from conversation c
          where c.tenant_id = t and c.assignee_id is null and c.status = q
            and (c.updated_at, c.id) < (before, before_id) and passes(c, wanted, channels, false)
          order by c.assignee_id, c.updated_at desc, c.id desc limit p_limit) c
      order by c.updated_at desc, c.id desc limit p_limit);
  end if;
  if kind = 'all' then
    return array(
      select c.id from unnest(statuses) q, lateral (
        select c.id, c.updated_at from conversation c
          where c.tenant_id = t and c.status = q
            and (c.updated_at, c.id) < (before, before_id) and passes(c, wanted, channels, false)
          order by c.updated_at desc, c.id desc limit p_limit) c
      order by c.updated_at desc, c.id desc limit p_limit);
  end if;
  places := array(select jsonb_array_elements_text(s -> 'departments'))::uuid[];
  return array(
    select c.id from (
      select c.* from unnest(places) place, unnest(statuses) q, lateral (
        select c.id, c.updated_at from conversation c
          where c.tenant_id = t and c.department_id = place and c.status = q
            and (c.updated_at, c.id) < (before, before_id) and passes(c, wanted, channels, nobody)
          order by c.updated_at desc, c.id desc limit p_limit) c
      union all
      select c.* from unnest(statuses) q, lateral (
        select c.id, c.updated_at from conversation c
          where c.tenant_id = t and c.department_id is null and c.status = q
            and (c.updated_at, c.id) < (before, before_id) and passes(c, wanted, channels, nobody)
          order by c.department_id, c.updated_at desc, c.id desc limit p_limit) c
      union all
      -- One's own that the ranges above do not have: those of other departments.
      select c.* from unnest(statuses) q, lateral (
        select c.id, c.updated_at from conversation c
          where c.tenant_id = t and c.assignee_id = mine and c.status = q and c.department_id <> all (places)
            and (c.updated_at, c.id) < (before, before_id) and passes(c, wanted, channels, nobody)
          order by c.updated_at desc, c.id desc limit p_limit) c) c
    order by c.updated_at desc, c.id desc limit p_limit);
end
$$;

-- The inbox, newest first, as far as it is in scope.
-- p: {status?, assigned_to? (none | a user's id), channel?, controller?, before?, before_id?}
drop function list_conversations(uuid, jsonb, integer);
create function list_conversations(t uuid, p jsonb, p_limit integer, s jsonb default null) returns jsonb
language plpgsql security invoker as $$
declare
  ids uuid[];
begin
  perform set_config('app.tenant', t::text, true);
  ids := inbox_page(t, p, p_limit, s);
  return coalesce((select jsonb_agg(conversation_summary(c) order by c.updated_at desc, c.id desc)
    from conversation c where c.tenant_id = t and c.id = any (ids)), '[]'::jsonb);
end
$$;

-- How long the four lists of the inbox are: {mine, unassigned, bot, all}, counted no further than p_most.
create function count_conversations(t uuid, p_user uuid, p_most integer, s jsonb default null) returns jsonb
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return jsonb_build_object(
    'mine', cardinality(inbox_page(t, jsonb_build_object('status', 'open', 'assigned_to', p_user), p_most, s)),
    'unassigned', cardinality(inbox_page(t, '{"status": "open", "assigned_to": "none", "controller": "operator"}', p_most, s)),
    'bot', cardinality(inbox_page(t, '{"status": "open", "controller": "bot"}', p_most, s)),
    'all', cardinality(inbox_page(t, '{}', p_most, s)));
end
$$;

drop function get_conversations(uuid, uuid[]);
create function get_conversations(t uuid, p_ids uuid[], s jsonb default null) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((select jsonb_agg(conversation_summary(c)) from conversation c
    where c.tenant_id = t and c.id = any (p_ids) and in_scope(c, s)), '[]'::jsonb);
end
$$;

-- As in 0001, of a conversation in scope.
drop function read_after(uuid, uuid, integer, integer, boolean);
create function read_after(t uuid, p_conversation uuid, p_after integer, p_limit integer, p_visitor boolean, s jsonb default null)
returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return (
    select jsonb_build_object(
      'messages', coalesce((
        select jsonb_agg(message_json(m) order by m.seq) from (
          select * from message m where m.tenant_id = t and m.conversation_id = p_conversation and m.seq > p_after
            and (not p_visitor or m.direction in ('inbound', 'outbound')
                 or (m.direction = 'event' and coalesce((m.content -> 'event' ->> 'public')::boolean, false)))
            order by m.seq limit p_limit) m), '[]'::jsonb),
      'last_seq', c.last_seq, 'status', c.status)
    from conversation c where c.tenant_id = t and c.id = p_conversation and in_scope(c, s));
end
$$;

-- As in 0001; `left` are those that went out of scope meanwhile. What never was in scope is not named.
drop function read_changes(uuid, text, integer);
create function read_changes(t uuid, p_cursor text, p_limit integer, s jsonb default null) returns jsonb
language plpgsql security invoker as $$
declare
  seen_xid xid8;
  seen_id bigint;
begin
  perform set_config('app.tenant', t::text, true);
  if p_cursor is null then
    return jsonb_build_object('conversations', '[]'::jsonb, 'left', '[]'::jsonb, 'cursor', coalesce((
      select c.xid::text || '.' || c.id from change c
        where c.tenant_id = t and c.xid < pg_snapshot_xmin(pg_current_snapshot()) order by c.xid desc, c.id desc limit 1), '0.0'));
  end if;
  seen_xid := split_part(p_cursor, '.', 1)::xid8;
  seen_id := split_part(p_cursor, '.', 2)::bigint;
  return (
    with news as materialized (
      select c.xid, c.id, c.conversation_id, c.moved_from from change c
        where c.tenant_id = t and (c.xid, c.id) > (seen_xid, seen_id) and c.xid < pg_snapshot_xmin(pg_current_snapshot())
        order by c.xid, c.id limit p_limit)
    select jsonb_build_object(
      'conversations', coalesce((select jsonb_agg(distinct n.conversation_id) from news n where n.conversation_id is not null), '[]'::jsonb),
      'left', case when s is null then '[]'::jsonb else coalesce((
        select jsonb_agg(distinct c.id) from news n join conversation c on c.tenant_id = t and c.id = n.conversation_id
          where n.moved_from is not null and not in_scope(c, s)
            and reaches((n.moved_from ->> 'assignee')::uuid, (n.moved_from ->> 'department')::uuid, s)), '[]'::jsonb) end,
      'cursor', coalesce((select n.xid::text || '.' || n.id from news n order by n.xid desc, n.id desc limit 1), p_cursor),
      'more', (select count(*) = p_limit from news)));
end
$$;

-- As in 0001, of a conversation in scope.
drop function mark_seen(uuid, uuid, integer, uuid);
create function mark_seen(t uuid, p_conversation uuid, p_seq integer, p_user uuid, s jsonb default null) returns boolean
language plpgsql security invoker as $$
declare
  is_news boolean;
begin
  perform set_config('app.tenant', t::text, true);
  select least(p_seq, c.last_seq) > c.operator_seen_seq into is_news
    from conversation c where c.tenant_id = t and c.id = p_conversation and in_scope(c, s);
  update conversation c set
      operator_seen_seq = greatest(c.operator_seen_seq, least(p_seq, c.last_seq)),
      assignee_seen_at = case when c.assignee_id = p_user then now() else c.assignee_seen_at end
    where c.tenant_id = t and c.id = p_conversation and is_news is not null and (is_news or c.assignee_id = p_user);
  return is_news;
end
$$;

-- A customer is reached through his conversations; who reaches all of them reaches those without one too.
create function reaches_customer(t uuid, p_customer uuid, s jsonb) returns boolean language sql stable as $$
  select s is null or s ->> 'kind' = 'all' or exists (
    select from conversation c where c.tenant_id = t and c.customer_id = p_customer and in_scope(c, s))
$$;

-- After an operation of a person: its line in the audit log, once for its key, and the conversation as it is now. One that
-- his own operation has put out of his reach is told without its content.
-- a: {actor_kind, actor_id, actor_name, impersonator_id, action, address, user_agent, key, more}
create function record_operation(t uuid, p_conversation uuid, a jsonb, s jsonb) returns jsonb
language plpgsql security invoker as $$
declare
  conv conversation;
begin
  perform set_config('app.tenant', t::text, true);
  select * into conv from conversation c where c.tenant_id = t and c.id = p_conversation;
  if not found then
    return null;
  end if;
  insert into audit (tenant_id, actor_kind, actor_id, actor_name, impersonator_id, action, target_kind, target_id, after,
                     address, user_agent, key)
    values (t, a ->> 'actor_kind', (a ->> 'actor_id')::uuid, a ->> 'actor_name', (a ->> 'impersonator_id')::uuid,
            a ->> 'action', 'conversation', p_conversation::text,
            jsonb_build_object('status', conv.status, 'controller', conv.controller, 'assignee_id', conv.assignee_id,
              'department_id', conv.department_id) || coalesce(a -> 'more', '{}'),
            a ->> 'address', a ->> 'user_agent', a ->> 'key')
    on conflict (tenant_id, key) do nothing;
  return conversation_summary(conv)
    || case when in_scope(conv, s) then '{}'::jsonb else '{"last_message": null, "unread": 0, "tags": []}' end;
end
$$;
grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
