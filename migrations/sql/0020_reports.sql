-- What is reported to runs from outside, and the codes that they send.

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

-- A one-time code that a scenario has sent: never the code itself, and of the address only what tells it from others.
create table scenario_code (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  digest bytea not null,
  address bytea not null,
  tries integer not null default 0,
  expires_at timestamptz not null,
  used_at bigint,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index scenario_code_by_address on scenario_code (tenant_id, address, created_at);
create index scenario_code_by_age on scenario_code (tenant_id, expires_at);

-- What a message carries besides its text comes along: files, a place, a person, and the mark of a link.
create or replace function read_inbound(t uuid, p_conversation uuid, p_after integer, p_limit integer) returns jsonb
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((
    select jsonb_agg(jsonb_build_object('seq', m.seq, 'text', m.text, 'button', m.content ->> 'button',
        'content', m.content,
        'age_ms', (extract(epoch from clock_timestamp() - m.created_at) * 1000)::int) order by m.seq)
      from (select * from message m where m.tenant_id = t and m.conversation_id = p_conversation and m.seq > p_after
              and m.direction = 'inbound' order by m.seq limit p_limit) m), '[]'::jsonb);
end
$$;
create or replace function message_json(m message) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', m.id, 'conversation_id', m.conversation_id, 'seq', m.seq, 'direction', m.direction,
    'author', jsonb_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name),
    'text', m.text,
    'content', jsonb_build_object('parts', '[]'::jsonb, 'buttons', '[]'::jsonb, 'sources', '[]'::jsonb)
      || (m.content - 'attachments'),
    'attachments', coalesce(m.content -> 'attachments', '[]'::jsonb),
    'reply_to', m.reply_to, 'status', m.status, 'external_id', m.external_id,
    'client_message_id', m.client_message_id, 'turn', m.turn,
    'created_at', iso(m.created_at))
$$;

select raise_wall('scenario_callback', 'scenario_code');
grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
