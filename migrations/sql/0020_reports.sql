-- What is reported to runs from outside.

-- An address that a run has sent along with a request: it takes one report, for this run alone, until it expires.
create table scenario_callback (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  conversation_id uuid,
  run_id uuid,
  run integer not null,
  event text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade,
  foreign key (tenant_id, run_id) references scenario_run (tenant_id, id) on delete cascade
);
create index scenario_callback_of_conversation on scenario_callback (tenant_id, conversation_id);
create index scenario_callback_of_run on scenario_callback (tenant_id, run_id);
create index scenario_callback_by_age on scenario_callback (tenant_id, expires_at);

select raise_wall('scenario_callback');
grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
