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
  primary key (tenant_id, id)
);
create index audit_by_time on audit (tenant_id, at desc, id desc);
create index audit_by_target on audit (tenant_id, target_kind, target_id, id desc);
create index audit_by_actor on audit (tenant_id, actor_id, id desc);

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
grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
