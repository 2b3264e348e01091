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

select raise_wall('calendar', 'tag', 'event');
