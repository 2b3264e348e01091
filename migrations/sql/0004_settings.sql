-- Settings of a tenant: outside services, calendars with holidays, tags, and what happened elsewhere.

alter table connection
  add column name text not null default '',
  add column auth jsonb not null default '{"kind": "none"}',
  add column created_at timestamptz not null default now(),
  add column updated_at timestamptz not null default now();

create table calendar (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  key text not null,
  name jsonb not null,
  timezone text not null,
  hours jsonb not null,
  holidays jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, key)
);
alter table department
  add column calendar_id uuid,
  add foreign key (tenant_id, calendar_id) references calendar (tenant_id, id);

create table tag (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  key text not null,
  name text not null,
  color text not null default 'grey',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, key)
);

-- What happened elsewhere, told by `POST /events` or the widget; `id` is the sender's, so a repeat is the same.
create table event (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id text not null,
  name text not null,
  customer_id uuid,
  data jsonb not null default '{}',
  source text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create index event_by_time on event (tenant_id, created_at desc, id);
create index event_by_customer on event (tenant_id, customer_id, created_at desc);

-- Webhooks out. `cursor` is where this one stands in the change feed; `secrets` is sealed, the newest first.
create table webhook (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  name text not null,
  url text not null,
  events text[] not null,
  secrets bytea not null,
  active boolean not null default true,
  disabled_reason text,
  cursor text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
-- What a webhook was told of a conversation last: the next look tells what came after it.
create table webhook_progress (
  tenant_id uuid not null,
  webhook_id uuid not null,
  conversation_id uuid not null,
  seq integer not null,
  status text not null,
  assignee_id uuid,
  primary key (tenant_id, webhook_id, conversation_id),
  foreign key (tenant_id, webhook_id) references webhook (tenant_id, id) on delete cascade,
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade
);
create table webhook_delivery (
  tenant_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  number bigint generated always as identity,
  event text not null,
  body jsonb not null,
  status text not null default 'pending',
  attempts integer not null default 0,
  last_status integer,
  last_error text,
  next_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, webhook_id) references webhook (tenant_id, id) on delete cascade
);
create index webhook_delivery_by_age on webhook_delivery (tenant_id, webhook_id, number desc);
create index webhook_delivery_due on webhook_delivery (tenant_id, webhook_id, next_at) where status = 'pending';

select raise_wall('calendar', 'tag', 'event', 'webhook', 'webhook_progress', 'webhook_delivery');
grant usage on all sequences in schema public to omni_app;
