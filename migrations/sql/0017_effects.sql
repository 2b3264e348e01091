-- What scenarios change beyond their conversation, and what customers think of the service.

-- Each effect is written with the turn that decided it, and carried out after it, once: a lost worker loses none.
-- kind: customer, conversation, rating, event, notice, letter. status: pending, done, refused (reason).
create table effect (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id text not null,
  conversation_id uuid,
  run_id uuid,
  customer_id uuid,
  kind text not null,
  body jsonb not null,
  status text not null default 'pending',
  reason text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade,
  foreign key (tenant_id, run_id) references scenario_run (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create index effect_of_conversation on effect (tenant_id, conversation_id, id) where status = 'pending';
create index effect_of_run on effect (tenant_id, run_id, id) where status = 'pending';
create index effect_by_age on effect (tenant_id, finished_at) where status <> 'pending';

-- A score that a customer gave; scale: stars5, nps10, thumbs, emoji, ces7. One of each question of a run.
create table rating (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  conversation_id uuid not null,
  customer_id uuid not null,
  scenario_key text not null,
  run integer not null,
  node text not null,
  scale text not null,
  score integer not null,
  comment text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, conversation_id, run, node),
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create index rating_by_time on rating (tenant_id, created_at desc, id);
create index rating_by_customer on rating (tenant_id, customer_id);

alter table conversation_fields
  add column subject text,
  add column priority text;

-- The effects of a turn: [{kind, body}], numbered in their order.
create function keep_effects(conv conversation, p_effects jsonb) returns void language sql security invoker as $$
  insert into effect (tenant_id, id, conversation_id, customer_id, kind, body)
    select conv.tenant_id, conv.id || ':' || conv.turn || ':' || lpad(e.place::text, 3, '0'), conv.id, conv.customer_id,
      e.item ->> 'kind', e.item -> 'body'
    from jsonb_array_elements(p_effects) with ordinality e(item, place)
$$;

-- Whether something decided is still to be carried out.
create function owes_effects(t uuid, p_conversation uuid) returns boolean language sql stable as $$
  select exists (select from effect e where e.tenant_id = t and e.conversation_id = p_conversation and e.status = 'pending')
$$;

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
select pg_temp.patch('commit_turn', '''unsent'', unsent(t, p_conversation));',
  '''unsent'', unsent(t, p_conversation))
      || case when owes_effects(t, p_conversation) then jsonb_build_object(''owes'', true) else ''{}''::jsonb end;');
select pg_temp.patch('commit_turn', '  with decided as (', '  if p ? ''effects'' then
    perform keep_effects(conv, p -> ''effects'');
  end if;
  with decided as (');
select pg_temp.patch('load_conversation', '''unsent'', unsent(t, p_conversation),',
  '''unsent'', unsent(t, p_conversation), ''owes'', owes_effects(t, p_conversation),
      ''fields'', (select jsonb_build_object(''subject'', f.subject, ''priority'', f.priority, ''attributes'', f.fields)
        from conversation_fields f where f.tenant_id = t and f.conversation_id = p_conversation),');
select pg_temp.patch('load_conversation', '''phone'', u.phone, ''locale'', u.locale)',
  '''phone'', u.phone, ''locale'', u.locale)
        || case when u.verified then jsonb_build_object(''verified'', true) else ''{}''::jsonb end
        || case when u.fields <> ''{}'' then jsonb_build_object(''fields'', u.fields) else ''{}''::jsonb end
        || case when u.consents <> ''{}'' then jsonb_build_object(''consents'', (
             select jsonb_object_agg(c.key, c.value ->> ''status'') from jsonb_each(u.consents) c)) else ''{}''::jsonb end');

select raise_wall('effect', 'rating');
grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
