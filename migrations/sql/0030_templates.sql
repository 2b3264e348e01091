-- Templates that a channel's provider has approved, or not yet, as they were listed last.

create table message_template (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  channel_id uuid not null,
  provider_id text not null,
  sent_as text not null,
  name text not null,
  language text not null,
  category text not null,
  status text not null,
  sendable boolean not null,
  body text not null,
  holes jsonb not null default '[]',
  named boolean not null default false,
  header text,
  header_text text not null default '',
  footer text not null default '',
  buttons jsonb not null default '[]',
  synced_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, channel_id, provider_id),
  foreign key (tenant_id, channel_id) references channel (tenant_id, id) on delete cascade
);
select raise_wall('message_template');
