-- Tables of the main path. Every row of a tenant carries tenant_id, every key starts with it, and every
-- reference is composite, so that a foreign key can never cross the wall (reliability_security.md, R4, R5).

-- Read before a tenant is known: ids, hashes and addresses, no content, no policy.
create table tenant_slug (
  slug text primary key,
  tenant_id uuid not null unique
);
create table channel_route (
  token_hash bytea primary key,
  tenant_id uuid not null,
  channel_id uuid not null
);
create table "user" (
  id uuid primary key,
  email text not null unique,
  name text not null,
  password_hash text not null,
  locale text not null default 'ru',
  created_at timestamptz not null default now()
);
create table user_tenant (
  user_id uuid not null references "user" (id) on delete cascade,
  tenant_id uuid not null,
  role text not null,
  primary key (user_id, tenant_id)
);
create index user_tenant_by_tenant on user_tenant (tenant_id);

create table tenant (
  tenant_id uuid primary key,
  slug text not null,
  name text not null,
  locale text not null default 'ru',
  timezone text not null default 'Europe/Moscow',
  status text not null default 'active',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create table tenant_key (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  key_id text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key_id)
);
create table session (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  user_id uuid not null references "user" (id) on delete cascade,
  kind text not null,
  family uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  rotated_at timestamptz,
  revoked_at timestamptz,
  user_agent text,
  primary key (tenant_id, id),
  unique (tenant_id, token_hash)
);
create index session_by_family on session (tenant_id, family);
create table channel (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  type text not null,
  name text not null,
  status text not null default 'active',
  settings jsonb not null default '{}',
  secret bytea,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create table customer (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  name text,
  email text,
  phone text,
  locale text not null default 'ru',
  fields jsonb not null default '{}',
  verified boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create table identity (
  tenant_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  customer_id uuid not null,
  external_id text not null,
  token_hash bytea,
  expires_at timestamptz,
  last_seen_at timestamptz not null default now(),
  pages jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, channel_id, external_id),
  unique (tenant_id, token_hash),
  foreign key (tenant_id, channel_id) references channel (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create table department (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  key text not null,
  name jsonb not null,
  timezone text not null,
  hours jsonb not null,
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
create table conversation (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  channel_id uuid not null,
  identity_id uuid not null,
  customer_id uuid not null,
  status text not null default 'open',
  controller text not null default 'assistant',
  assignee_id uuid,
  assignee_name text,
  assignee_seen_at timestamptz,
  department_id uuid,
  epoch integer not null default 0,
  turn integer not null default 0,
  cursor_seq integer not null default 0,
  last_seq integer not null default 0,
  last_in integer not null default 0,
  last_in_at timestamptz,
  rung_at timestamptz,
  run integer not null default 0,
  state jsonb,
  scenario_key text,
  ir_hash text,
  last_op text,
  tags text[] not null default '{}',
  snoozed_until timestamptz,
  waiting_since timestamptz,
  operator_seen_seq integer not null default 0,
  customer_seen_seq integer not null default 0,
  last_message jsonb,
  resolved_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, channel_id) references channel (tenant_id, id) on delete cascade,
  foreign key (tenant_id, identity_id) references identity (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade,
  foreign key (tenant_id, department_id) references department (tenant_id, id)
) with (fillfactor = 70);
create unique index conversation_unresolved on conversation (tenant_id, channel_id, identity_id)
  where status <> 'resolved';
create index conversation_by_identity on conversation (tenant_id, identity_id, resolved_at desc);
create index conversation_by_update on conversation (tenant_id, updated_at desc, id);
-- The sweeper's: it looks across tenants, so this one index does not start with tenant_id.
create index conversation_unanswered on conversation (last_in_at)
  where last_in > cursor_seq and (controller <> 'operator' or status <> 'open');

create table message (
  tenant_id uuid not null,
  conversation_id uuid not null,
  seq integer not null,
  id uuid not null default gen_random_uuid(),
  direction text not null,
  author_kind text not null,
  author_id text,
  author_name text,
  text text not null default '',
  content jsonb not null default '{}',
  status text not null,
  key text not null,
  external_id text,
  client_message_id text,
  turn integer,
  epoch integer not null default 0,
  reply_to uuid,
  not_before timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, conversation_id, seq),
  unique (tenant_id, id),
  unique (tenant_id, key),
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade
);
create index message_unsent on message (tenant_id, conversation_id, seq) where status in ('pending', 'sending');
create table turn (
  tenant_id uuid not null,
  conversation_id uuid not null,
  turn integer not null,
  through_seq integer not null,
  state jsonb,
  commands jsonb not null default '[]',
  results jsonb not null default '[]',
  trace jsonb not null default '[]',
  scenario_key text,
  ir_hash text,
  engine integer,
  created_at timestamptz not null default now(),
  primary key (tenant_id, conversation_id, turn),
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade
);
-- Written by every transaction of a tenant, so without a reference to it: each check would lock the tenant's row.
create table change (
  tenant_id uuid not null,
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  kind text not null,
  conversation_id uuid,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create table scenario (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  key text not null,
  name jsonb not null default '{}',
  draft text not null,
  revision integer not null default 1,
  live_version integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
create table scenario_version (
  tenant_id uuid not null,
  scenario_id uuid not null,
  version integer not null,
  ir jsonb not null,
  ir_hash text not null,
  engine integer not null,
  source text not null,
  author_id uuid,
  created_at timestamptz not null default now(),
  primary key (tenant_id, scenario_id, version),
  foreign key (tenant_id, scenario_id) references scenario (tenant_id, id) on delete cascade
);
create index change_in_order on change (tenant_id, xid, id);
create index scenario_version_by_hash on scenario_version (tenant_id, ir_hash);
create table connection (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  key text not null,
  base_url text not null,
  secret bytea,
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
create table knowledge_document (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  knowledge text not null,
  slug text not null,
  locale text not null,
  title text not null,
  url text,
  markdown text not null,
  content_hash text not null,
  indexed_hash text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, knowledge, slug, locale)
);
