-- Bundles: what somebody has asked for as a file. The bytes lie in the file store; a customer's go with him.

create table bundle (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  kind text not null,
  customer_id uuid,
  status text not null default 'waiting',
  progress real not null default 0,
  storage_key text not null,
  size bigint,
  files integer,
  failure text,
  requested_by uuid not null,
  requested_name text not null,
  requested_at timestamptz not null default now(),
  ready_at timestamptz,
  expires_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, storage_key),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create index bundle_by_time on bundle (tenant_id, requested_at desc, id desc);
-- One of a thing at a time.
create unique index bundle_under_way on bundle (tenant_id, kind, customer_id) nulls not distinct
  where status in ('waiting', 'running');

select raise_wall('bundle');
