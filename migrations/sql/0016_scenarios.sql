-- Scenarios: canary and archive, what a version was published with, test files, runs beside conversations, long jobs.

alter table scenario
  add column canary_version integer,
  add column canary_percent integer not null default 0,
  add column archived_at timestamptz;

-- report: of the gate that let it out; signature: what callers of it rely on; acknowledged: {by, name, at, codes};
-- published_at: when it first went live.
alter table scenario_version
  add column message text not null default '',
  add column report jsonb not null default '{}',
  add column signature jsonb not null default '{}',
  add column acknowledged jsonb not null default '{}',
  add column published_at timestamptz;
-- The owner is held by the wall too: it is opened for this one statement of the same transaction.
alter table scenario_version no force row level security;
update scenario_version set published_at = created_at;
alter table scenario_version force row level security;

-- The newest drafts of each scenario, so that a stale save can be told what has changed since it was read.
create table scenario_draft (
  tenant_id uuid not null,
  scenario_id uuid not null,
  revision integer not null,
  document text not null,
  author_id uuid,
  created_at timestamptz not null default now(),
  primary key (tenant_id, scenario_id, revision),
  foreign key (tenant_id, scenario_id) references scenario (tenant_id, id) on delete cascade
);

create table scenario_test (
  tenant_id uuid not null,
  id uuid not null,
  scenario_id uuid not null,
  name text not null,
  document text not null,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, scenario_id, name),
  foreign key (tenant_id, scenario_id) references scenario (tenant_id, id) on delete cascade
);

-- Runs without a conversation, and those of conversations that have ended (run: which one of the conversation).
-- mode: dialog, background, outbound, api, detached, child. status: waiting, running, ended, failed, cancelled.
-- parent: the run that began it, as the api names runs.
create table scenario_run (
  tenant_id uuid not null,
  id uuid not null,
  scenario_id uuid not null,
  version integer not null,
  ir_hash text not null,
  engine integer not null,
  mode text not null,
  status text not null,
  state jsonb,
  inputs jsonb not null default '{}',
  outcome text,
  conversation_id uuid,
  run integer,
  customer_id uuid,
  parent text,
  started_by uuid,
  turn integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, scenario_id) references scenario (tenant_id, id) on delete cascade,
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create unique index scenario_run_of_conversation on scenario_run (tenant_id, conversation_id, run)
  where conversation_id is not null;
create index scenario_run_going on scenario_run (tenant_id, scenario_id, updated_at desc, id desc) where ended_at is null;
create index scenario_run_ended on scenario_run (tenant_id, scenario_id, ended_at desc, id desc)
  where ended_at is not null;
create index scenario_run_by_customer on scenario_run (tenant_id, customer_id) where customer_id is not null;

-- The turns of a run without a conversation, as `turn` has those of conversations.
create table scenario_run_turn (
  tenant_id uuid not null,
  run_id uuid not null,
  turn integer not null,
  state jsonb,
  commands jsonb not null default '[]',
  results jsonb not null default '[]',
  trace jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (tenant_id, run_id, turn),
  foreign key (tenant_id, run_id) references scenario_run (tenant_id, id) on delete cascade
);

-- kind: walks, replay. status: waiting, running, done, failed, cancelled. progress: {done, total}.
create table scenario_job (
  tenant_id uuid not null,
  id uuid not null,
  scenario_id uuid not null,
  kind text not null,
  status text not null default 'waiting',
  request jsonb not null default '{}',
  progress jsonb not null default '{}',
  report jsonb,
  failure text,
  created_by uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, scenario_id) references scenario (tenant_id, id) on delete cascade
);
create index scenario_job_by_age on scenario_job (tenant_id, scenario_id, created_at desc, id desc);

-- Which conversations are in a run of a version: few of many, and a turn writes the index of `updated_at` anyway.
create index conversation_running on conversation (tenant_id, ir_hash, updated_at desc, id desc)
  where state is not null;
-- Of which run a turn was, so that a run can be told apart from the one before it.
alter table turn add column run integer;

-- Ended runs of a conversation: [{run, ir_hash, outcome}]. Those of the product's own scenarios have no version here.
create function keep_ended_runs(conv conversation, p_ended jsonb) returns void language sql security invoker as $$
  insert into scenario_run (tenant_id, id, scenario_id, version, ir_hash, engine, mode, status, outcome,
      conversation_id, run, customer_id, turn, created_at, ended_at)
    select conv.tenant_id, gen_random_uuid(), v.scenario_id, v.version, v.ir_hash, v.engine, 'dialog', 'ended',
      e ->> 'outcome', conv.id, (e ->> 'run')::int, conv.customer_id, conv.turn,
      coalesce((select min(u.created_at) from turn u where u.tenant_id = conv.tenant_id
        and u.conversation_id = conv.id and u.run = (e ->> 'run')::int), now()), now()
    from jsonb_array_elements(p_ended) e, lateral (
      select v.* from scenario_version v where v.tenant_id = conv.tenant_id and v.ir_hash = e ->> 'ir_hash'
        order by v.scenario_id, v.version limit 1) v
    on conflict do nothing
$$;

-- Patched, not written anew: whatever a migration before this one has made of it stays. Each patch must find its place.
create or replace function pg_temp.patch(p_name text, p_from text, p_to text) returns void language plpgsql as $$
declare
  definition text;
begin
  select pg_get_functiondef(p.oid) into strict definition
    from pg_proc p where p.proname = p_name and p.pronamespace = 'public'::regnamespace;
  if position(p_from in definition) = 0 then
    raise exception '% has no %', p_name, p_from;
  end if;
  execute replace(definition, p_from, p_to);
end
$$;
select pg_temp.patch('commit_turn', 'trace, scenario_key, ir_hash, engine)', 'trace, scenario_key, ir_hash, engine, run)');
select pg_temp.patch('commit_turn', '(p ->> ''engine'')::int))', '(p ->> ''engine'')::int, conv.run))');
select pg_temp.patch('commit_turn', '  with decided as (', '  if p ? ''ended'' then
    perform keep_ended_runs(conv, p -> ''ended'');
  end if;
  with decided as (');

select raise_wall('scenario_draft', 'scenario_test', 'scenario_run', 'scenario_run_turn', 'scenario_job');
grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
