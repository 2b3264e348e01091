-- Channels of providers: accounts and their health, who writes there, and the parts in which a message leaves.

alter table channel
  add column provider text not null default '',
  add column external_id text,
  add column health jsonb not null default '{"state": "unknown", "problems": []}',
  add column updated_at timestamptz not null default now();
update channel set provider = type;
create unique index channel_by_account on channel (tenant_id, type, external_id)
  where external_id is not null and status <> 'deleted';
create index channel_route_by_channel on channel_route (tenant_id, channel_id);

-- `vouched`: what the channel itself vouches for, such as phone:+79990000000. `unreachable`: why nothing arrives there.
alter table identity
  add column last_in_at timestamptz,
  add column vouched text,
  add column unreachable text,
  add column thread jsonb;
create index identity_by_vouched on identity (tenant_id, vouched) where vouched is not null;

create table identity_alias (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  channel_id uuid not null,
  alias text not null,
  identity_id uuid not null,
  primary key (tenant_id, channel_id, alias),
  foreign key (tenant_id, channel_id) references channel (tenant_id, id) on delete cascade,
  foreign key (tenant_id, identity_id) references identity (tenant_id, id) on delete cascade
);
create index identity_alias_by_identity on identity_alias (tenant_id, identity_id);

create index message_troubled on message (tenant_id, created_at desc, id desc)
  where direction = 'outbound' and status in ('failed', 'uncertain');
create index message_by_external_id on message (tenant_id, external_id) where external_id is not null;

-- One native payload each. What it carries is forgotten once it has arrived; `since` is when it left first.
create table message_part (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  message_id uuid not null,
  index integer not null,
  channel_id uuid not null,
  method text not null,
  payload jsonb,
  lossy text[] not null default '{}',
  status text not null default 'pending',
  external_id text,
  code text,
  since timestamptz,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, message_id, index),
  foreign key (tenant_id, message_id) references message (tenant_id, id) on delete cascade,
  foreign key (tenant_id, channel_id) references channel (tenant_id, id) on delete cascade
);
create index message_part_by_external_id on message_part (tenant_id, channel_id, external_id) where external_id is not null;

-- A file that a customer has sent and that still lies with the provider: fetched by the channel's connection.
create table inbound_file (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  message_id uuid not null,
  channel_id uuid not null,
  customer_id uuid not null,
  ref jsonb not null,
  kind text not null,
  name text,
  type text,
  size bigint,
  tries integer not null default 0,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, message_id) references message (tenant_id, id) on delete cascade,
  foreign key (tenant_id, channel_id) references channel (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create index inbound_file_by_channel on inbound_file (tenant_id, channel_id, created_at);
create index inbound_file_by_message on inbound_file (tenant_id, message_id);
create index inbound_file_by_customer on inbound_file (tenant_id, customer_id);
select raise_wall('identity_alias', 'message_part', 'inbound_file');

-- Who knocks at a webhook's address: found before a tenant is known, by the hash of its token.
create function find_channel(p_token bytea) returns jsonb language plpgsql security invoker as $$
declare
  route channel_route;
begin
  select * into route from channel_route r where r.token_hash = p_token;
  if not found then
    return null;
  end if;
  return channel_account(route.tenant_id, route.channel_id);
end
$$;

create function channel_account(t uuid, p_channel uuid) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return (
    select jsonb_build_object('tenant_id', h.tenant_id, 'channel_id', h.id, 'type', h.type, 'provider', h.provider,
      'external_id', coalesce(h.external_id, ''), 'settings', h.settings, 'secret', encode(h.secret, 'base64'),
      'locale', n.locale)
    from channel h join tenant n on n.tenant_id = h.tenant_id
    where h.tenant_id = t and h.id = p_channel and h.status = 'active' and n.status = 'active');
end
$$;

-- What every inbound message goes through, whoever wrote it: finds or begins the conversation, dedupes, numbers, tells.
create function take_inbound(t uuid, who identity, dedupe text, p_client_id text, p_external text, p_text text,
                             p_content jsonb, p_stop boolean)
returns jsonb language plpgsql security invoker as $$
declare
  conv conversation;
  msg message;
  reopen interval;
  begun boolean := false;
  previous integer;
begin
  select * into msg from message m where m.tenant_id = t and m.key = dedupe;
  if found then
    select * into conv from conversation c where c.tenant_id = t and c.id = msg.conversation_id;
    return accepted_json(msg, conv, -1, true, false, p_stop);
  end if;

  loop
    select * into conv from conversation c
      where c.tenant_id = t and c.channel_id = who.channel_id and c.identity_id = who.id and c.status <> 'resolved'
      for no key update;
    exit when found;
    select make_interval(hours => coalesce((n.settings ->> 'reopen_hours')::int, 24)) into reopen
      from tenant n where n.tenant_id = t;
    begin
      update conversation c set status = 'open', resolved_at = null, updated_at = now()
        where c.tenant_id = t and c.id = (
          select r.id from conversation r
            where r.tenant_id = t and r.identity_id = who.id and r.status = 'resolved' and r.resolved_at > now() - reopen
            order by r.resolved_at desc limit 1)
          and c.status = 'resolved'
        returning c.* into conv;
      exit when found;
      insert into conversation (tenant_id, id, channel_id, identity_id, customer_id)
        values (t, gen_random_uuid(), who.channel_id, who.id, who.customer_id)
        returning * into conv;
      begun := true;
      exit;
    exception when unique_violation then
      null; -- another message of this customer began it a moment ago: take that one
    end;
  end loop;

  insert into message (tenant_id, conversation_id, seq, direction, author_kind, author_id, author_name,
                       text, content, status, key, client_message_id, external_id)
    select t, conv.id, conv.last_seq + 1, 'inbound', 'customer', who.customer_id::text, u.name,
           p_text, p_content, 'sent', dedupe, p_client_id, p_external
      from customer u where u.tenant_id = t and u.id = who.customer_id
    on conflict (tenant_id, key) do nothing
    returning * into msg;
  if not found then
    select * into msg from message m where m.tenant_id = t and m.key = dedupe;
    return accepted_json(msg, conv, -1, true, false, p_stop);
  end if;

  previous := conv.last_in;
  update conversation c set
      last_seq = msg.seq, last_in = msg.seq, last_message = message_preview(msg), updated_at = now(),
      last_in_at = case when c.last_in <= c.cursor_seq or c.last_in_at is null then now() else c.last_in_at end,
      waiting_since = case when c.controller = 'operator' then coalesce(c.waiting_since, now()) else c.waiting_since end
    where c.tenant_id = t and c.id = conv.id
    returning c.* into conv;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', conv.id);
  return accepted_json(msg, conv, previous, false, begun, p_stop);
end
$$;

-- A visitor's message: he is who his token leads to.
create or replace function accept_message(t uuid, p_token bytea, p_client_id text, p_text text, p_content jsonb, p_stop boolean)
returns jsonb language plpgsql security invoker as $$
declare
  who identity;
begin
  perform set_config('app.tenant', t::text, true);
  select i.* into who from identity i join tenant n on n.tenant_id = i.tenant_id
    where i.tenant_id = t and i.expires_at > now() and n.status = 'active'
      and i.id = (select coalesce(k.bound_to, k.id) from identity k
        where k.tenant_id = t and k.token_hash = p_token and k.expires_at > now());
  if not found then
    return jsonb_build_object('error', visitor_refusal(t));
  end if;
  return take_inbound(t, who, 'in:' || who.id || ':' || p_client_id, p_client_id, null, p_text, p_content, p_stop);
end
$$;

-- The customer behind an address of a provider; made when he writes first. What the channel vouches for joins him with
-- who is known by the same on another channel, and with nobody who only said so of himself.
create function meet_identity(t uuid, p_channel uuid, p jsonb) returns identity language plpgsql security invoker as $$
declare
  who identity;
  known uuid;
  the_vouched text := nullif(p ->> 'vouched', '');
begin
  loop
    select * into who from identity i where i.tenant_id = t and i.channel_id = p_channel and i.external_id = p ->> 'chat';
    if not found then
      select i.* into who from identity_alias a
        join identity i on i.tenant_id = t and i.id = a.identity_id
        where a.tenant_id = t and a.channel_id = p_channel
          and a.alias in (select jsonb_array_elements_text(coalesce(p -> 'aliases', '[]')))
        limit 1;
      if found then
        update identity i set external_id = p ->> 'chat' where i.tenant_id = t and i.id = who.id returning i.* into who;
      end if;
    end if;
    exit when who.id is not null;
    known := null;
    if the_vouched is not null then
      select i.customer_id into known from identity i
        join customer u on u.tenant_id = t and u.id = i.customer_id and u.merged_into is null
        where i.tenant_id = t and i.vouched = the_vouched order by i.created_at limit 1;
      if known is null then
        select u.id into known from customer u
          where u.tenant_id = t and u.merged_into is null and u.verified
            and u.id in (select m.customer_id from customer_term m where m.tenant_id = t
              and m.term in (lower(replace(the_vouched, 'email:', 'e:')), replace(the_vouched, 'phone:+', 'p:')))
          order by u.created_at limit 1;
      end if;
    end if;
    begin
      if known is null then
        insert into customer (tenant_id, id, name, email, phone, locale)
          values (t, gen_random_uuid(), nullif(p ->> 'name', ''), nullif(p ->> 'email', ''), nullif(p ->> 'phone', ''),
                  coalesce(nullif(p ->> 'locale', ''), 'ru'))
          returning id into known;
      end if;
      insert into identity (tenant_id, id, channel_id, customer_id, external_id, vouched)
        values (t, gen_random_uuid(), p_channel, known, p ->> 'chat', the_vouched)
        returning * into who;
      exit;
    exception when unique_violation then
      null; -- another message of his came a moment ago
    end;
  end loop;
  insert into identity_alias (tenant_id, channel_id, alias, identity_id)
    select t, p_channel, each, who.id from jsonb_array_elements_text(coalesce(p -> 'aliases', '[]')) each
    on conflict do nothing;
  return who;
end
$$;

-- The button that a customer of a provider means: one that stood in this conversation, by its id, the digest of a long
-- one, or its number below the last message where choices were written as numbered lines.
create function pressed(t uuid, p_identity uuid, p_button text, p_text text) returns jsonb
language plpgsql security invoker as $$
declare
  found_button jsonb;
begin
  if p_button is not null then
    select b into found_button from message m
      join conversation c on c.tenant_id = t and c.id = m.conversation_id
      cross join lateral jsonb_array_elements(m.content -> 'buttons') b
      where c.tenant_id = t and c.identity_id = p_identity and m.tenant_id = t and m.direction = 'outbound'
        and m.content ? 'buttons'
        and (b ->> 'id' = p_button
          or '~' || left(encode(sha256(convert_to(b ->> 'id', 'utf8')), 'hex'), 32) = p_button)
      order by m.created_at desc limit 1;
    return found_button;
  end if;
  if p_text !~ '^\s*\d{1,2}\s*[.)]?\s*$' then
    return null;
  end if;
  select m.content -> 'buttons' -> (substring(p_text from '\d+')::int - 1) into found_button
    from conversation c
    cross join lateral (
      select n.content from message n
        where n.tenant_id = t and n.conversation_id = c.id and n.direction = 'outbound'
        order by n.seq desc limit 1) m
    where c.tenant_id = t and c.identity_id = p_identity and c.status <> 'resolved'
      and m.content -> 'lossy' ? 'choices_numbered' and substring(p_text from '\d+')::int > 0
    limit 1;
  return found_button;
end
$$;

-- A message that came by a provider's webhook.
--   p: {key, external_id, chat, aliases, vouched?, name?, phone?, email?, locale?, text, content, button?, menu, stop,
--       reply_to?, thread?, files?: [{id, ref, kind, name, type, size}]}
create function accept_inbound(t uuid, p_channel uuid, p jsonb) returns jsonb language plpgsql security invoker as $$
declare
  who identity;
  chosen jsonb;
  body jsonb := p -> 'content';
  said text := coalesce(p ->> 'text', '');
  taken jsonb;
begin
  perform set_config('app.tenant', t::text, true);
  perform from channel h join tenant n on n.tenant_id = t
    where h.tenant_id = t and h.id = p_channel and h.status = 'active' and n.status = 'active';
  if not found then
    return jsonb_build_object('error', 'channel_closed');
  end if;
  who := meet_identity(t, p_channel, p);
  chosen := pressed(t, who.id, p ->> 'button', said);
  if chosen is not null then
    body := body || jsonb_build_object('button', chosen ->> 'id');
    said := case when said = '' then chosen ->> 'label' else said end;
  elsif p -> 'menu' ? (p ->> 'button') then
    body := body || jsonb_build_object('button', p ->> 'button');
    said := case when said = '' then p ->> 'button' else said end;
  elsif said = '' and p ? 'button' then
    said := p ->> 'button'; -- a button of nobody's is what it looks like: a word
  end if;
  if p ? 'reply_to' then
    body := body || coalesce((select jsonb_build_object('reply_to', found) from said_before(t, p_channel, p ->> 'reply_to') found
      where found is not null), '{}');
  end if;
  update identity i set last_in_at = now(), unreachable = null, last_seen_at = now(),
      thread = coalesce(p -> 'thread', i.thread), vouched = coalesce(i.vouched, nullif(p ->> 'vouched', ''))
    where i.tenant_id = t and i.id = who.id;
  taken := take_inbound(t, who, 'in:' || p_channel || ':' || (p ->> 'key'), null, p ->> 'external_id', said, body,
    (p ->> 'stop')::boolean and not body ? 'button');
  if p ? 'files' and not (taken ->> 'repeat')::boolean then
    insert into inbound_file (tenant_id, id, message_id, channel_id, customer_id, ref, kind, name, type, size)
      select t, (f ->> 'id')::uuid, (taken -> 'message' ->> 'id')::uuid, p_channel, who.customer_id, f -> 'ref', f ->> 'kind',
          f ->> 'name', f ->> 'type', (f ->> 'size')::bigint
        from jsonb_array_elements(p -> 'files') f
      on conflict do nothing;
  end if;
  return taken;
end
$$;

-- A file has come, or will not come: the message says so.
create function settle_file(t uuid, p_file uuid, p_attachment jsonb) returns jsonb language plpgsql security invoker as $$
declare
  waiting inbound_file;
  msg message;
begin
  perform set_config('app.tenant', t::text, true);
  delete from inbound_file f where f.tenant_id = t and f.id = p_file returning f.* into waiting;
  if not found then
    return null;
  end if;
  update message m set content = jsonb_set(m.content, '{attachments}', (
      select jsonb_agg(case when a ->> 'id' = p_file::text then a || p_attachment else a end order by n)
        from jsonb_array_elements(m.content -> 'attachments') with ordinality e(a, n)))
    where m.tenant_id = t and m.id = waiting.message_id returning m.* into msg;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', msg.conversation_id);
  return jsonb_build_object('conversation_id', msg.conversation_id, 'seq', msg.seq);
end
$$;

-- Content that adapters need and nobody is shown: the forms of a message before they were put in words.
create or replace function message_json(m message) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', m.id, 'conversation_id', m.conversation_id, 'seq', m.seq, 'direction', m.direction,
    'author', jsonb_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name),
    'text', m.text,
    'content', jsonb_build_object('parts', '[]'::jsonb, 'buttons', '[]'::jsonb, 'sources', '[]'::jsonb)
      || (m.content - '{attachments,forms,plain,reply_to,provider}'::text[]),
    'attachments', coalesce(m.content -> 'attachments', '[]'::jsonb),
    'reply_to', coalesce(m.reply_to::text, m.content ->> 'reply_to'), 'status', m.status, 'external_id', m.external_id,
    'client_message_id', m.client_message_id, 'turn', m.turn,
    'created_at', iso(m.created_at))
$$;

-- Our id of what a provider calls by its own, whoever said it.
create function said_before(t uuid, p_channel uuid, p_external text) returns uuid language sql stable as $$
  select id from (
    select a.message_id as id from message_part a
      where a.tenant_id = t and a.channel_id = p_channel and a.external_id = p_external
    union all
    select m.id from message m join conversation c on c.tenant_id = t and c.id = m.conversation_id
      where m.tenant_id = t and m.external_id = p_external and c.channel_id = p_channel) said
  limit 1
$$;

-- A customer has changed or taken back what he wrote. What it said first stays in `content.edited_from`.
create function revise_inbound(t uuid, p_channel uuid, p_external text, p_text text, p_gone boolean) returns jsonb
language plpgsql security invoker as $$
declare
  msg message;
begin
  perform set_config('app.tenant', t::text, true);
  select m.* into msg from message m
    join conversation c on c.tenant_id = t and c.id = m.conversation_id and c.channel_id = p_channel
    where m.tenant_id = t and m.external_id = p_external and m.direction = 'inbound';
  if not found or msg.content ? 'withdrawn' or (not p_gone and msg.text = p_text) then
    return null;
  end if;
  update message m set
      text = case when p_gone then m.text else p_text end,
      content = m.content || case when p_gone then '{"withdrawn": true}'::jsonb
        else jsonb_build_object('edited_from', coalesce(m.content ->> 'edited_from', m.text)) end
    where m.tenant_id = t and m.id = msg.id;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', msg.conversation_id);
  return jsonb_build_object('conversation_id', msg.conversation_id, 'seq', msg.seq);
end
$$;

-- How far a part got: only forward. `failed` counts only where nothing higher was seen.
create function rank_of(p_status text) returns integer language sql immutable as $$
  select array_position(array['pending', 'sending', 'unknown', 'uncertain', 'sent', 'delivered', 'read'], p_status)
$$;

-- What a message's parts come to.
create function settle_message(t uuid, p_message uuid, p_reason text) returns message
language plpgsql security invoker as $$
declare
  msg message;
  before text;
  lowest text;
begin
  select * into msg from message m where m.tenant_id = t and m.id = p_message for no key update;
  before := msg.status;
  select case when bool_or(a.status = 'failed') then 'failed' when bool_or(a.status = 'uncertain') then 'uncertain'
      else (array_agg(a.status order by rank_of(a.status)))[1] end
    into lowest from message_part a where a.tenant_id = t and a.message_id = p_message;
  lowest := case when lowest = 'unknown' then 'sending'
    when lowest = 'pending' and before <> 'pending' then 'sending' else lowest end;
  update message m set status = lowest, external_id = coalesce(m.external_id, (
      select a.external_id from message_part a where a.tenant_id = t and a.message_id = p_message order by a.index limit 1))
    where m.tenant_id = t and m.id = p_message returning m.* into msg;
  if lowest in ('failed', 'uncertain') and before <> lowest then
    perform tell_of_send(t, msg, lowest, p_reason);
  end if;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', msg.conversation_id);
  return msg;
end
$$;

-- The line that tells operators of a send that ended badly.
create function tell_of_send(t uuid, msg message, p_status text, p_reason text) returns void
language plpgsql security invoker as $$
declare
  conv conversation;
begin
  select * into conv from conversation c where c.tenant_id = t and c.id = msg.conversation_id for no key update;
  insert into message (tenant_id, conversation_id, seq, direction, author_kind, text, content, status, key)
    values (t, conv.id, conv.last_seq + 1, 'event', 'system', coalesce(p_reason, p_status),
      jsonb_build_object('event', jsonb_build_object('type', 'send_' || p_status, 'message_id', msg.id, 'public', false)),
      'sent', 'send:' || msg.id || ':' || p_status || ':' || (
        select count(*) from message e where e.tenant_id = t and e.conversation_id = conv.id and e.direction = 'event'
          and e.content -> 'event' ->> 'message_id' = msg.id::text))
    on conflict (tenant_id, key) do nothing;
  if found then
    update conversation c set last_seq = conv.last_seq + 1, updated_at = now() where c.tenant_id = t and c.id = conv.id;
  end if;
end
$$;

-- What a provider tells of a message of ours: a status or an echo. Only forward; says whether other parts wait for it.
--   p: {part_key?, external_id?, status, code?, reason?}
create function take_status(t uuid, p_channel uuid, p jsonb) returns jsonb language plpgsql security invoker as $$
declare
  part message_part;
  msg message;
  their_key text := p ->> 'part_key';
  now_is text := p ->> 'status';
begin
  perform set_config('app.tenant', t::text, true);
  if their_key is not null then
    select a.* into part from message m join message_part a on a.tenant_id = t and a.message_id = m.id
      where m.tenant_id = t and m.key = regexp_replace(their_key, '/\d+$', '') and a.channel_id = p_channel
        and a.index = substring(their_key from '/(\d{1,6})$')::int;
  end if;
  if part.message_id is null and p ? 'external_id' then
    select a.* into part from message_part a
      where a.tenant_id = t and a.channel_id = p_channel and a.external_id = p ->> 'external_id';
  end if;
  if part.message_id is null then
    return null;
  end if;
  perform from message m where m.tenant_id = t and m.id = part.message_id for no key update;
  select * into part from message_part a
    where a.tenant_id = t and a.message_id = part.message_id and a.index = part.index;
  if now_is = 'failed' then
    if part.status = 'failed' or rank_of(part.status) > rank_of('sent') then
      return null;
    end if;
  elsif rank_of(now_is) <= coalesce(rank_of(part.status), rank_of('sent')) then
    return null; -- who has got it, has got it, whatever was said before; to have left is no news of a failure
  end if;
  update message_part a set status = now_is, external_id = coalesce(a.external_id, p ->> 'external_id'),
      code = p ->> 'code', payload = case when now_is = 'failed' then a.payload end, updated_at = now()
    where a.tenant_id = t and a.message_id = part.message_id and a.index = part.index;
  msg := settle_message(t, part.message_id, p ->> 'reason');
  return jsonb_build_object('conversation_id', msg.conversation_id, 'message_id', msg.id, 'status', msg.status,
    'resume', msg.status = 'sending' and part.status in ('unknown', 'uncertain'));
end
$$;

-- What was written on the account outside of here: an operator's message that we have not sent.
create function take_echo(t uuid, p_channel uuid, p jsonb) returns jsonb language plpgsql security invoker as $$
declare
  who identity;
  conv conversation;
  msg message;
begin
  perform set_config('app.tenant', t::text, true);
  if said_before(t, p_channel, p ->> 'external_id') is not null then
    return null;
  end if;
  select * into who from identity i where i.tenant_id = t and i.channel_id = p_channel and i.external_id = p ->> 'chat';
  if not found then
    return null;
  end if;
  select * into conv from conversation c
    where c.tenant_id = t and c.channel_id = p_channel and c.identity_id = who.id and c.status <> 'resolved' for no key update;
  if not found then
    return null;
  end if;
  insert into message (tenant_id, conversation_id, seq, direction, author_kind, author_name, text, content, status, key, external_id)
    values (t, conv.id, conv.last_seq + 1, 'outbound', 'operator', p ->> 'name', p ->> 'text',
      coalesce(p -> 'content', '{}') || '{"outside": true}', 'sent', 'echo:' || p_channel || ':' || (p ->> 'external_id'), p ->> 'external_id')
    on conflict (tenant_id, key) do nothing returning * into msg;
  if not found then
    return null;
  end if;
  update conversation c set last_seq = msg.seq, last_message = message_preview(msg), updated_at = now()
    where c.tenant_id = t and c.id = conv.id;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', conv.id);
  return jsonb_build_object('conversation_id', conv.id, 'seq', msg.seq);
end
$$;

-- A customer of a provider that tells of reading only whole chats: what was said so far is read.
create function take_read(t uuid, p_channel uuid, p_chat text) returns jsonb language plpgsql security invoker as $$
declare
  conv conversation;
begin
  perform set_config('app.tenant', t::text, true);
  select c.* into conv from conversation c join identity i on i.tenant_id = t and i.id = c.identity_id
    where c.tenant_id = t and c.channel_id = p_channel and i.external_id = p_chat and c.status <> 'resolved';
  if not found or not mark_customer_seen(t, conv.id, conv.last_seq) then
    return null;
  end if;
  update message_part a set status = 'read', updated_at = now()
    from message m
    where m.tenant_id = t and m.conversation_id = conv.id and a.tenant_id = t and a.message_id = m.id
      and a.status in ('sent', 'delivered');
  update message m set status = 'read'
    where m.tenant_id = t and m.conversation_id = conv.id and m.direction = 'outbound' and m.status in ('sent', 'delivered');
  return jsonb_build_object('conversation_id', conv.id);
end
$$;

-- Whether an address takes anything from us, and where it has moved.
create function take_membership(t uuid, p_channel uuid, p jsonb) returns boolean language plpgsql security invoker as $$
declare
  who identity;
begin
  perform set_config('app.tenant', t::text, true);
  select i.* into who from identity i
    where i.tenant_id = t and i.channel_id = p_channel and (i.external_id = p ->> 'chat' or i.id in (
      select a.identity_id from identity_alias a where a.tenant_id = t and a.channel_id = p_channel
        and a.alias in (select jsonb_array_elements_text(coalesce(p -> 'aliases', '[]')) union select p ->> 'chat')))
    order by (i.external_id = p ->> 'chat') desc limit 1 for update;
  if not found then
    return false;
  end if;
  insert into identity_alias (tenant_id, channel_id, alias, identity_id)
    select t, p_channel, each, who.id
      from (select jsonb_array_elements_text(coalesce(p -> 'aliases', '[]')) union select p ->> 'moved_to') n(each)
      where each is not null
    on conflict do nothing;
  update identity i set
      unreachable = case when p ? 'reachable' then case when (p ->> 'reachable')::boolean then null else 'blocked' end
        else i.unreachable end,
      external_id = coalesce((select p ->> 'moved_to' where not exists (
        select from identity o where o.tenant_id = t and o.channel_id = p_channel and o.external_id = p ->> 'moved_to')),
        i.external_id)
    where i.tenant_id = t and i.id = who.id;
  return true;
end
$$;

-- The next part of a message that is to leave, under the fence: a row of an older epoch is cancelled, never sent.
-- Without parts it is to be rendered first (`keep_parts`).
create or replace function claim_send(t uuid, p_message uuid) returns jsonb language plpgsql security invoker as $$
declare
  msg message;
  part message_part;
  now_epoch integer;
begin
  perform set_config('app.tenant', t::text, true);
  select * into msg from message m where m.tenant_id = t and m.id = p_message for no key update;
  if not found or msg.status not in ('pending', 'sending') then
    return jsonb_build_object('status', coalesce(msg.status, 'gone'));
  end if;
  select c.epoch into now_epoch from conversation c where c.tenant_id = t and c.id = msg.conversation_id;
  if msg.status = 'pending' and msg.epoch <> now_epoch and msg.author_kind <> 'operator' then
    update message m set status = 'cancelled' where m.tenant_id = t and m.id = p_message;
    insert into change (tenant_id, kind, conversation_id) values (t, 'message', msg.conversation_id);
    return jsonb_build_object('status', 'cancelled');
  end if;
  if msg.not_before > now() then
    return jsonb_build_object('status', msg.status,
      'wait_ms', ceil(extract(epoch from msg.not_before - now()) * 1000)::bigint);
  end if;
  select * into part from message_part a
    where a.tenant_id = t and a.message_id = p_message and rank_of(a.status) < rank_of('sent') order by a.index limit 1;
  if part.message_id is null and exists (select from message_part a where a.tenant_id = t and a.message_id = p_message) then
    msg := settle_message(t, p_message, null);
    return jsonb_build_object('status', msg.status);
  end if;
  update message m set status = 'sending' where m.tenant_id = t and m.id = p_message and m.status = 'pending';
  if part.status = 'pending' then
    update message_part a set status = 'sending', since = coalesce(a.since, now()), updated_at = now()
      where a.tenant_id = t and a.message_id = p_message and a.index = part.index;
  end if;
  return (
    select jsonb_build_object(
      'status', case part.status when 'sending' then 'again' when 'unknown' then 'unknown' else 'claimed' end,
      'part', case when part.message_id is not null then jsonb_build_object('index', part.index, 'method', part.method,
        'payload', part.payload, 'lossy', to_jsonb(part.lossy)) end,
      'since', iso(coalesce(part.since, now())),
      'chat', jsonb_build_object('address', i.external_id, 'last_in_at', iso(i.last_in_at), 'thread', i.thread),
      'message', jsonb_build_object('id', msg.id, 'conversation_id', c.id, 'key', msg.key, 'locale', u.locale,
        'channel_type', h.type, 'recipient', i.external_id, 'text', msg.text, 'content', msg.content,
        'channel_id', h.id, 'author_kind', msg.author_kind, 'author_name', msg.author_name))
    from conversation c
      join customer u on u.tenant_id = t and u.id = c.customer_id
      join channel h on h.tenant_id = t and h.id = c.channel_id
      join identity i on i.tenant_id = t and i.id = c.identity_id
    where c.tenant_id = t and c.id = msg.conversation_id);
end
$$;

-- The parts that a message was rendered to; the first is under way with this. A second rendering changes nothing.
create function keep_parts(t uuid, p_message uuid, p_parts jsonb) returns boolean language plpgsql security invoker as $$
declare
  lost jsonb;
begin
  perform set_config('app.tenant', t::text, true);
  insert into message_part (tenant_id, message_id, index, channel_id, method, payload, lossy, status, since)
    select t, m.id, (p ->> 'index')::int, c.channel_id, p ->> 'method', p -> 'payload',
        array(select jsonb_array_elements_text(p -> 'lossy')),
        case when (p ->> 'index')::int = 0 then 'sending' else 'pending' end,
        case when (p ->> 'index')::int = 0 then now() end
      from jsonb_array_elements(p_parts) p, message m
        join conversation c on c.tenant_id = t and c.id = m.conversation_id
      where m.tenant_id = t and m.id = p_message
    on conflict do nothing;
  if not found then
    return false;
  end if;
  select jsonb_agg(distinct loss) into lost from jsonb_array_elements(p_parts) p, jsonb_array_elements(p -> 'lossy') loss;
  if lost is not null then
    update message m set content = m.content || jsonb_build_object('lossy', lost) where m.tenant_id = t and m.id = p_message;
  end if;
  return true;
end
$$;

-- What became of a part. A bad end is told to the operators by an event row in the same transaction.
--   p: {status: pending | unknown | sent | failed | uncertain, external_id?, code?, reason?, fallback?, moved_to?, gone?}
create function record_part(t uuid, p_message uuid, p_index integer, p jsonb) returns jsonb
language plpgsql security invoker as $$
declare
  msg message;
  now_is text := p ->> 'status';
begin
  perform set_config('app.tenant', t::text, true);
  select * into msg from message m where m.tenant_id = t and m.id = p_message for no key update;
  if not found then
    return jsonb_build_object('status', 'gone', 'more', false);
  end if;
  -- An attempt that was thought dead may speak late: it gives back only what nobody has ended meanwhile.
  update message_part a set
      status = case when rank_of(a.status) >= rank_of('sent') then a.status else now_is end,
      external_id = coalesce(p ->> 'external_id', a.external_id), code = p ->> 'code', updated_at = now(),
      method = coalesce(p -> 'fallback' ->> 'method', a.method),
      payload = case when now_is = 'sent' then null else coalesce(p -> 'fallback' -> 'payload', a.payload) end,
      lossy = case when p ? 'fallback' then array(select jsonb_array_elements_text(p -> 'fallback' -> 'lossy')) else a.lossy end
    where a.tenant_id = t and a.message_id = p_message and a.index = p_index
      and (now_is not in ('pending', 'unknown') or a.status in ('sending', 'unknown'));
  if not found and now_is in ('failed', 'uncertain') and msg.status in ('pending', 'sending')
      and not exists (select from message_part a where a.tenant_id = t and a.message_id = p_message) then
    -- it ended before it was rendered
    update message m set status = now_is where m.tenant_id = t and m.id = p_message returning m.* into msg;
    perform tell_of_send(t, msg, now_is, p ->> 'reason');
    insert into change (tenant_id, kind, conversation_id) values (t, 'message', msg.conversation_id);
  elsif now_is not in ('pending', 'unknown') then
    msg := settle_message(t, p_message, p ->> 'reason');
  end if;
  if p ? 'moved_to' then
    perform take_membership(t, c.channel_id, jsonb_build_object('chat', i.external_id, 'moved_to', p ->> 'moved_to'))
      from conversation c join identity i on i.tenant_id = t and i.id = c.identity_id
      where c.tenant_id = t and c.id = msg.conversation_id;
  end if;
  if p ? 'gone' then
    update identity i set unreachable = p ->> 'gone' from conversation c
      where c.tenant_id = t and c.id = msg.conversation_id and i.tenant_id = t and i.id = c.identity_id;
  end if;
  return jsonb_build_object('status', msg.status, 'more', msg.status = 'sending' and exists (
    select from message_part a where a.tenant_id = t and a.message_id = p_message and a.status = 'pending'));
end
$$;
drop function record_send(uuid, uuid, text, text, text);

-- Messages whose send ended badly and that nobody has decided about, the newest first.
create function list_troubled(t uuid, p_before timestamptz, p_before_id uuid, p_limit integer, s jsonb) returns jsonb
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((
    select jsonb_agg(jsonb_build_object('message', message_json(found.m), 'code', (
        select a.code from message_part a where a.tenant_id = t and a.message_id = (found.m).id and a.code is not null
        order by a.index limit 1),
      'customer', jsonb_build_object('id', u.id, 'name', u.name),
      'channel', jsonb_build_object('id', h.id, 'type', h.type, 'name', h.name)) order by (found.m).created_at desc, (found.m).id desc)
    from (
      select m, c from message m join conversation c on c.tenant_id = t and c.id = m.conversation_id
        where m.tenant_id = t and m.direction = 'outbound' and m.status in ('failed', 'uncertain') and in_scope(c, s)
          and (p_before is null or (m.created_at, m.id) < (p_before, p_before_id))
        order by m.created_at desc, m.id desc limit p_limit) found
    join customer u on u.tenant_id = t and u.id = (found.c).customer_id
    join channel h on h.tenant_id = t and h.id = (found.c).channel_id), '[]'::jsonb);
end
$$;

-- What a person decides of a send that failed or is uncertain: resend, arrived or discard.
create function decide_send(t uuid, p_conversation uuid, p_message uuid, p_decision text, p_line text, p_by jsonb, s jsonb)
returns jsonb language plpgsql security invoker as $$
declare
  msg message;
  conv conversation;
  open_part message_part;
  outcome text;
begin
  perform set_config('app.tenant', t::text, true);
  select * into conv from conversation c where c.tenant_id = t and c.id = p_conversation for no key update;
  if not found or not in_scope(conv, s) then
    return jsonb_build_object('error', 'conversation_gone');
  end if;
  select * into msg from message m where m.tenant_id = t and m.conversation_id = p_conversation and m.id = p_message for no key update;
  if msg.id is null or msg.direction <> 'outbound' then
    return jsonb_build_object('error', 'message_not_found');
  end if;
  if msg.status not in ('failed', 'uncertain') then
    return jsonb_build_object('error', 'message_not_open', 'status', msg.status);
  end if;
  select * into open_part from message_part a where a.tenant_id = t and a.message_id = p_message
    and (a.status in ('failed') or rank_of(a.status) < rank_of('sent')) order by a.index limit 1;
  if p_decision = 'resend' then
    update message_part a set status = 'pending', since = null, code = null
      where a.tenant_id = t and a.message_id = p_message and a.index = open_part.index;
    outcome := 'pending';
  elsif p_decision = 'arrived' then
    update message_part a set status = 'sent', payload = null
      where a.tenant_id = t and a.message_id = p_message and a.index = open_part.index;
    outcome := case when exists (select from message_part a where a.tenant_id = t and a.message_id = p_message and a.status = 'pending')
      then 'pending' else 'sent' end;
  else
    outcome := 'cancelled';
  end if;
  update message m set status = outcome, epoch = conv.epoch where m.tenant_id = t and m.id = p_message;
  insert into message (tenant_id, conversation_id, seq, direction, author_kind, author_id, author_name, text, content, status, key)
    values (t, conv.id, conv.last_seq + 1, 'event', 'operator', p_by ->> 'id', p_by ->> 'name', p_line,
      jsonb_build_object('event', jsonb_build_object('type', 'send_decided', 'decision', p_decision, 'message_id', msg.id, 'public', false)),
      'sent', 'decided:' || msg.id || ':' || conv.last_seq);
  update conversation c set last_seq = conv.last_seq + 1, updated_at = now() where c.tenant_id = t and c.id = conv.id;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', conv.id);
  return jsonb_build_object('status', outcome, 'send', outcome = 'pending', 'seq', msg.seq);
end
$$;

create function message_by_id(t uuid, p_message uuid) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return (select message_json(m) from message m where m.tenant_id = t and m.id = p_message);
end
$$;

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
