-- The hot transactions: one round trip each, SECURITY INVOKER, the tenant set locally by the first line.
-- Measured in path_trials.md 2.3: 13.2 ms a turn so, 18.5 with a session running the same SQL, 24.0 with the ORM.

-- Stable, as to_char is: called immutable it would be called for every row instead of being part of the statement.
create function iso(at timestamptz) returns text language sql stable as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

create function message_json(m message) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', m.id, 'conversation_id', m.conversation_id, 'seq', m.seq, 'direction', m.direction,
    'author', jsonb_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name),
    'text', m.text,
    'content', jsonb_build_object('parts', '[]'::jsonb, 'buttons', '[]'::jsonb, 'sources', '[]'::jsonb) || m.content,
    'attachments', '[]'::jsonb, 'reply_to', m.reply_to, 'status', m.status, 'external_id', m.external_id,
    'client_message_id', m.client_message_id, 'turn', m.turn,
    'created_at', iso(m.created_at))
$$;

-- What a workflow keeps of its conversation: the row is the truth, this is the copy.
create function conversation_json(c conversation) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'turn', c.turn, 'epoch', c.epoch, 'cursor', c.cursor_seq, 'last_seq', c.last_seq, 'last_in', c.last_in,
    'status', c.status, 'controller', c.controller, 'assignee_id', c.assignee_id, 'assignee_name', c.assignee_name,
    'department_id', c.department_id, 'run', c.run, 'state', c.state, 'scenario_key', c.scenario_key,
    'ir_hash', c.ir_hash, 'last_op', c.last_op, 'tags', to_jsonb(c.tags),
    'snoozed_until', (extract(epoch from c.snoozed_until) * 1000)::bigint)
$$;

-- Held by an operator who has not looked for a minute. A queue of people has its own limit: the handoff's.
create function is_unattended(c conversation) returns boolean language sql stable as $$
  select c.controller = 'operator' and c.status = 'open' and c.assignee_id is not null
    and coalesce(c.assignee_seen_at < now() - interval '60 seconds', true)
$$;

-- A decision is due unless an operator holds an open conversation and has looked at it lately.
create function ring_is_due(c conversation, stop_word boolean) returns boolean language sql stable as $$
  select c.controller <> 'operator' or c.status <> 'open' or stop_word or is_unattended(c)
$$;

create function message_preview(m message) returns jsonb language sql stable as $$
  select jsonb_build_object('text', left(m.text, 200), 'direction', m.direction, 'seq', m.seq,
    'author', jsonb_build_object('kind', m.author_kind, 'id', m.author_id, 'name', m.author_name),
    'created_at', iso(m.created_at))
$$;

-- Why a visitor's token does not count: a closed tenant is to its visitors as one that never was.
create function visitor_refusal(t uuid) returns text language sql stable as $$
  select case when exists (select from tenant n where n.tenant_id = t and n.status <> 'active')
    then 'tenant_not_found' else 'visitor_token_invalid' end
$$;

-- Takes a visitor's message: authenticates, finds or begins the conversation, dedupes, numbers, tells.
-- Returns {error} or {message, ring, prev, repeat, created}. Raises nothing that a visitor can cause.
create function accept_message(t uuid, p_token bytea, p_client_id text, p_text text, p_content jsonb, p_stop boolean)
returns jsonb language plpgsql security invoker as $$
declare
  who identity;
  dedupe text;
  conv conversation;
  msg message;
  reopen interval;
  begun boolean := false;
  previous integer;
begin
  perform set_config('app.tenant', t::text, true);
  select i.* into who from identity i join tenant n on n.tenant_id = i.tenant_id
    where i.tenant_id = t and i.token_hash = p_token and i.expires_at > now() and n.status = 'active';
  if not found then
    return jsonb_build_object('error', visitor_refusal(t));
  end if;
  -- Not one statement: a key made of a row's columns is no condition for an index below row security.
  dedupe := 'in:' || who.id || ':' || p_client_id;
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
      null; -- another message of this visitor began it a moment ago: take that one
    end;
  end loop;

  insert into message (tenant_id, conversation_id, seq, direction, author_kind, author_id, author_name,
                       text, content, status, key, client_message_id)
    select t, conv.id, conv.last_seq + 1, 'inbound', 'customer', who.customer_id::text, u.name,
           p_text, p_content, 'sent', dedupe, p_client_id
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

create function accepted_json(m message, c conversation, previous integer, repeated boolean, begun boolean, stop boolean)
returns jsonb language sql stable as $$
  select jsonb_build_object('message', message_json(m), 'prev', previous, 'repeat', repeated, 'created', begun,
    'ring', m.seq > c.cursor_seq and ring_is_due(c, stop), 'unattended', is_unattended(c), 'status', c.status, 'scenario', c.scenario_key,
    'runs', c.turn > 0 and not (repeated or begun))
$$;

-- What waits for a provider, in its order: for a run that does not know of it.
create function unsent(t uuid, p_conversation uuid) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(m.id order by m.seq), '[]'::jsonb) from message m
    where m.tenant_id = t and m.conversation_id = p_conversation and m.status in ('pending', 'sending')
$$;

-- The one write of a turn: a compare-and-set on (turn, epoch). When the row has moved on it changes nothing
-- and returns the row, and the workflow goes on from that.
--   p: {turn, epoch, cursor, through_operator?, set: {column: value}, rows: [message], trace, commands, results, op?}
create function commit_turn(t uuid, p_conversation uuid, p jsonb) returns jsonb
language plpgsql security invoker as $$
declare
  conv conversation;
  msg message;
  item jsonb;
  s jsonb := coalesce(p -> 'set', '{}');
  next_seq integer;
  new_cursor integer;
  new_epoch integer;
  written jsonb := '[]';
  preview jsonb;
  pending boolean := false;
  cursor_before integer;
  waiting_from timestamptz;
begin
  perform set_config('app.tenant', t::text, true);
  select * into conv from conversation c where c.tenant_id = t and c.id = p_conversation for no key update;
  if not found then
    return jsonb_build_object('committed', false, 'gone', true);
  end if;
  if conv.turn <> (p ->> 'turn')::int or conv.epoch <> (p ->> 'epoch')::int
      or coalesce((p ->> 'cursor')::int, 0) > conv.last_seq then
    return jsonb_build_object('committed', false, 'row', conversation_json(conv), 'unsent', unsent(t, p_conversation));
  end if;

  if conv.status = 'resolved' and coalesce(s ->> 'status', 'resolved') <> 'resolved' and exists (
      select 1 from conversation o where o.tenant_id = t and o.channel_id = conv.channel_id
        and o.identity_id = conv.identity_id and o.status <> 'resolved') then
    return jsonb_build_object('committed', false, 'refused', 'newer_conversation');
  end if;

  cursor_before := conv.cursor_seq;
  waiting_from := conv.last_in_at;
  next_seq := conv.last_seq;
  new_epoch := coalesce((s ->> 'epoch')::int, conv.epoch);
  preview := conv.last_message;
  for item in select * from jsonb_array_elements(coalesce(p -> 'rows', '[]')) loop
    insert into message (tenant_id, conversation_id, seq, direction, author_kind, author_id, author_name, text,
                         content, status, key, client_message_id, turn, epoch, not_before)
        values (t, p_conversation, next_seq + 1, item ->> 'direction', item ->> 'author_kind', item ->> 'author_id',
                item ->> 'author_name', coalesce(item ->> 'text', ''), coalesce(item -> 'content', '{}'),
                item ->> 'status', item ->> 'key', item ->> 'client_message_id', conv.turn + 1, new_epoch,
                to_timestamp((item ->> 'not_before')::double precision / 1000))
      on conflict (tenant_id, key) do nothing
      returning * into msg;
    if not found then
      select * into msg from message m where m.tenant_id = t and m.key = item ->> 'key';
    else
      next_seq := next_seq + 1;
      if msg.direction <> 'event' then
        preview := message_preview(msg);
      end if;
    end if;
    written := written || jsonb_build_object('id', msg.id, 'seq', msg.seq, 'status', msg.status);
    pending := pending or msg.status = 'pending';
  end loop;

  new_cursor := greatest(conv.cursor_seq, coalesce((p ->> 'cursor')::int, 0));
  if coalesce((p ->> 'through_operator')::boolean, false) then
    -- hand_back: what the customer wrote after the operator's last reply is the next turn
    select greatest(new_cursor, coalesce(max(m.seq), 0)) into new_cursor from message m
      where m.tenant_id = t and m.conversation_id = p_conversation and m.direction = 'outbound' and m.author_kind = 'operator';
  end if;

  if s ->> 'status' = 'resolved' and conv.controller = 'operator' then
    -- what the operator has read and then resolved needs no bot; what he has not seen does
    new_cursor := greatest(new_cursor, least(conv.operator_seen_seq, conv.last_in));
  end if;

  update conversation c set
      turn = conv.turn + 1, epoch = new_epoch, cursor_seq = new_cursor, last_seq = next_seq, last_message = preview,
      state = case when s ? 'state' then nullif(s -> 'state', 'null'::jsonb) else c.state end,
      run = coalesce((s ->> 'run')::int, c.run),
      status = coalesce(s ->> 'status', c.status),
      controller = coalesce(s ->> 'controller', c.controller),
      assignee_id = case when s ? 'assignee_id' then (s ->> 'assignee_id')::uuid else c.assignee_id end,
      assignee_name = case when s ? 'assignee_id' then s ->> 'assignee_name' else c.assignee_name end,
      assignee_seen_at = case when s ? 'assignee_id' then now() else c.assignee_seen_at end,
      department_id = case
        when s ? 'department_id' then (s ->> 'department_id')::uuid
        when s ? 'department_key' then coalesce((select d.id from department d
          where d.tenant_id = t and d.key = s ->> 'department_key'), c.department_id)
        else c.department_id end,
      scenario_key = case when s ? 'scenario_key' then s ->> 'scenario_key' else c.scenario_key end,
      ir_hash = case when s ? 'ir_hash' then s ->> 'ir_hash' else c.ir_hash end,
      tags = case when s ? 'tags' then array(select jsonb_array_elements_text(s -> 'tags')) else c.tags end,
      snoozed_until = case when s ? 'snoozed_until'
        then to_timestamp((s ->> 'snoozed_until')::double precision / 1000) else c.snoozed_until end,
      waiting_since = case
        when s ->> 'waiting' = 'start' then coalesce(c.waiting_since, now())
        when s ->> 'waiting' = 'stop' then null else c.waiting_since end,
      operator_seen_seq = case when s ->> 'waiting' = 'stop' then next_seq else c.operator_seen_seq end,
      resolved_at = case when s ->> 'status' = 'resolved' then now() when s ? 'status' then null else c.resolved_at end,
      last_op = coalesce(p ->> 'op', c.last_op),
      last_in_at = case when new_cursor < c.last_in then coalesce(c.last_in_at, now()) else c.last_in_at end,
      updated_at = now()
    where c.tenant_id = t and c.id = p_conversation
    returning c.* into conv;
  with decided as (
    insert into turn (tenant_id, conversation_id, turn, through_seq, state, commands, results, trace, scenario_key, ir_hash, engine)
      values (t, p_conversation, conv.turn, new_cursor, conv.state, coalesce(p -> 'commands', '[]'),
              coalesce(p -> 'results', '[]'), coalesce(p -> 'trace', '[]'), conv.scenario_key, conv.ir_hash,
              (p ->> 'engine')::int))
  insert into change (tenant_id, kind, conversation_id)
    values (t, case when jsonb_array_length(written) > 0 then 'message' else 'conversation' end, p_conversation);
  return jsonb_build_object('committed', true, 'turn', conv.turn, 'epoch', conv.epoch, 'cursor', conv.cursor_seq,
    'last_in', conv.last_in) || jsonb_build_object('waited_ms',
    case when new_cursor > cursor_before then (extract(epoch from clock_timestamp() - waiting_from) * 1000)::int end)
    -- named only where somebody asks: each byte of this is in the turn's history
    || case when p ? 'op' or pending then jsonb_build_object('written', written) else '{}'::jsonb end;
end
$$;

-- Messages of a conversation after a seq, oldest first; a visitor never sees notes.
create function read_after(t uuid, p_conversation uuid, p_after integer, p_limit integer, p_visitor boolean)
returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return (
    select jsonb_build_object(
      'messages', coalesce((
        select jsonb_agg(message_json(m) order by m.seq) from (
          select * from message m where m.tenant_id = t and m.conversation_id = p_conversation and m.seq > p_after
            and (not p_visitor or m.direction in ('inbound', 'outbound')
                 or (m.direction = 'event' and coalesce((m.content -> 'event' ->> 'public')::boolean, false)))
            order by m.seq limit p_limit) m), '[]'::jsonb),
      'last_seq', c.last_seq, 'status', c.status)
    from conversation c where c.tenant_id = t and c.id = p_conversation);
end
$$;

-- What a workflow takes next: the inbound messages after its cursor, and the row beside them.
create function read_inbound(t uuid, p_conversation uuid, p_after integer, p_limit integer) returns jsonb
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((
    select jsonb_agg(jsonb_build_object('seq', m.seq, 'text', m.text, 'button', m.content ->> 'button',
        'age_ms', (extract(epoch from clock_timestamp() - m.created_at) * 1000)::int) order by m.seq)
      from (select * from message m where m.tenant_id = t and m.conversation_id = p_conversation and m.seq > p_after
              and m.direction = 'inbound' order by m.seq limit p_limit) m), '[]'::jsonb);
end
$$;

-- A run's first read: the row, the scenario it is in, and who it talks to.
create function load_conversation(t uuid, p_conversation uuid) returns jsonb language plpgsql security invoker as $$
declare
  conv conversation;
begin
  perform set_config('app.tenant', t::text, true);
  select * into conv from conversation c where c.tenant_id = t and c.id = p_conversation;
  if not found then
    return null;
  end if;
  return (
    select jsonb_build_object(
      'row', conversation_json(conv), 'unsent', unsent(t, p_conversation),
      'ir', (select v.ir::text from scenario_version v where v.tenant_id = t and v.ir_hash = conv.ir_hash limit 1),
      'channel', jsonb_build_object('id', h.id, 'type', h.type, 'settings', h.settings),
      'customer', jsonb_build_object('id', u.id, 'name', u.name, 'email', u.email, 'phone', u.phone, 'locale', u.locale),
      'tenant', jsonb_build_object('name', n.name, 'slug', n.slug, 'locale', n.locale, 'timezone', n.timezone, 'settings', n.settings))
    from channel h, customer u, tenant n
    where h.tenant_id = t and h.id = conv.channel_id and u.tenant_id = t and u.id = conv.customer_id and n.tenant_id = t);
end
$$;
grant execute on all functions in schema public to omni_app;

-- One line of the inbox.
create function conversation_summary(c conversation) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'id', c.id, 'status', c.status, 'controller', c.controller,
    'assignee', case when c.assignee_id is null then null
      else jsonb_build_object('id', c.assignee_id, 'name', c.assignee_name) end,
    'department', (select jsonb_build_object('id', d.id, 'name', coalesce(d.name ->> n.locale, d.name ->> 'ru'))
      from department d where d.tenant_id = c.tenant_id and d.id = c.department_id),
    'channel', jsonb_build_object('id', h.id, 'type', h.type, 'name', h.name),
    'customer', jsonb_build_object('id', u.id, 'name', u.name),
    'scenario', (select jsonb_build_object('id', s.id, 'name', coalesce(s.name ->> n.locale, s.name ->> 'ru', s.key))
      from scenario s where s.tenant_id = c.tenant_id and s.key = c.scenario_key),
    'last_message', c.last_message,
    'unread', (select count(*) from message m where m.tenant_id = c.tenant_id and m.conversation_id = c.id
      and m.seq > c.operator_seen_seq and m.direction = 'inbound'),
    'tags', to_jsonb(c.tags), 'waiting_since', iso(c.waiting_since), 'snoozed_until', iso(c.snoozed_until),
    'last_seq', c.last_seq, 'customer_seen_seq', c.customer_seen_seq,
    'created_at', iso(c.created_at), 'updated_at', iso(c.updated_at))
  from channel h, customer u, tenant n
  where h.tenant_id = c.tenant_id and h.id = c.channel_id and u.tenant_id = c.tenant_id and u.id = c.customer_id
    and n.tenant_id = c.tenant_id
$$;

-- The inbox, newest first. p: {status?, assigned_to? (none | a user's id), channel?, controller?, q?, before?, before_id?}
create function list_conversations(t uuid, p jsonb, p_limit integer) returns jsonb
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((
    select jsonb_agg(conversation_summary(c) order by c.updated_at desc, c.id desc) from (
      select c.* from conversation c
        where c.tenant_id = t
          and (not p ? 'status' or c.status = p ->> 'status')
          and (not p ? 'assigned_to' or case when p ->> 'assigned_to' = 'none' then c.assignee_id is null
               else c.assignee_id = (p ->> 'assigned_to')::uuid end)
          and (not p ? 'channel' or exists (select 1 from channel h
               where h.tenant_id = t and h.id = c.channel_id and h.type = p ->> 'channel'))
          and (not p ? 'controller' or case when p ->> 'controller' = 'bot' then c.controller <> 'operator'
               else c.controller = p ->> 'controller' end)
          and (not p ? 'before' or (c.updated_at, c.id) < ((p ->> 'before')::timestamptz, (p ->> 'before_id')::uuid))
        order by c.updated_at desc, c.id desc limit p_limit) c), '[]'::jsonb);
end
$$;

create function get_conversations(t uuid, p_ids uuid[]) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((select jsonb_agg(conversation_summary(c)) from conversation c where c.tenant_id = t and c.id = any (p_ids)),
    '[]'::jsonb);
end
$$;

-- The feed of changes: rows of finished transactions only, in an order that never goes back (xid, then id),
-- so a reader skips none and no counter is locked. The cursor is "xid.id"; null asks for the newest.
create function read_changes(t uuid, p_cursor text, p_limit integer) returns jsonb
language plpgsql security invoker as $$
declare
  seen_xid xid8;
  seen_id bigint;
begin
  perform set_config('app.tenant', t::text, true);
  if p_cursor is null then
    return jsonb_build_object('conversations', '[]'::jsonb, 'cursor', coalesce((
      select c.xid::text || '.' || c.id from change c
        where c.tenant_id = t and c.xid < pg_snapshot_xmin(pg_current_snapshot()) order by c.xid desc, c.id desc limit 1), '0.0'));
  end if;
  seen_xid := split_part(p_cursor, '.', 1)::xid8;
  seen_id := split_part(p_cursor, '.', 2)::bigint;
  return (
    with news as materialized (
      select c.xid, c.id, c.conversation_id from change c
        where c.tenant_id = t and (c.xid, c.id) > (seen_xid, seen_id) and c.xid < pg_snapshot_xmin(pg_current_snapshot())
        order by c.xid, c.id limit p_limit)
    select jsonb_build_object(
      'conversations', coalesce((select jsonb_agg(distinct n.conversation_id) from news n where n.conversation_id is not null), '[]'::jsonb),
      'cursor', coalesce((select n.xid::text || '.' || n.id from news n order by n.xid desc, n.id desc limit 1), p_cursor),
      'more', (select count(*) = p_limit from news)));
end
$$;

-- An operator has read up to a seq: whether that is news; null for an absent conversation. Who holds it has looked.
create function mark_seen(t uuid, p_conversation uuid, p_seq integer, p_user uuid) returns boolean
language plpgsql security invoker as $$
declare
  is_news boolean;
begin
  perform set_config('app.tenant', t::text, true);
  select least(p_seq, c.last_seq) > c.operator_seen_seq into is_news
    from conversation c where c.tenant_id = t and c.id = p_conversation;
  update conversation c set
      operator_seen_seq = greatest(c.operator_seen_seq, least(p_seq, c.last_seq)),
      assignee_seen_at = case when c.assignee_id = p_user then now() else c.assignee_seen_at end
    where c.tenant_id = t and c.id = p_conversation and (is_news or c.assignee_id = p_user);
  return is_news;
end
$$;

-- The customer has read up to a seq: whether that is news.
create function mark_customer_seen(t uuid, p_conversation uuid, p_seq integer) returns boolean
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  update conversation c set customer_seen_seq = least(p_seq, c.last_seq)
    where c.tenant_id = t and c.id = p_conversation and least(p_seq, c.last_seq) > c.customer_seen_seq;
  return found;
end
$$;

-- For the rule that nobody has looked for a minute; only what the operator holds is written.
create function mark_looked(t uuid, p_ids uuid[], p_user uuid) returns boolean
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  update conversation c set assignee_seen_at = now()
    where c.tenant_id = t and c.id = any (p_ids) and c.assignee_id = p_user;
  return found;
end
$$;

-- The label of a button that a visitor pressed, from the newest message of his that carries it.
create function find_button(t uuid, p_token bytea, p_button text) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return (
    select b -> 'label' from identity i
      join conversation c on c.tenant_id = t and c.identity_id = i.id
      join message m on m.tenant_id = t and m.conversation_id = c.id and m.content ? 'buttons'
      cross join lateral jsonb_array_elements(m.content -> 'buttons') b
    where i.tenant_id = t and i.token_hash = p_token and b ->> 'id' = p_button
    order by m.created_at desc limit 1);
end
$$;

create function message_by_key(t uuid, p_key text) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return (select message_json(m) from message m where m.tenant_id = t and m.key = p_key);
end
$$;

-- Who a visitor's token belongs to, and the conversation that is his now; or {error}.
create function find_visitor(t uuid, p_token bytea) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((
    select jsonb_build_object('identity_id', i.id, 'customer_id', i.customer_id, 'channel_id', i.channel_id,
      'name', u.name, 'locale', u.locale, 'conversation_id', (
        select c.id from conversation c where c.tenant_id = t and c.identity_id = i.id
          order by (c.status <> 'resolved') desc, c.updated_at desc limit 1))
    from identity i
      join tenant n on n.tenant_id = i.tenant_id and n.status = 'active'
      join customer u on u.tenant_id = t and u.id = i.customer_id
    where i.tenant_id = t and i.token_hash = p_token and i.expires_at > now()),
    jsonb_build_object('error', visitor_refusal(t)));
end
$$;
grant execute on all functions in schema public to omni_app;

-- The second look at the fence: a row of an older epoch is cancelled, never sent (architecture.md 2.5).
create function claim_send(t uuid, p_message uuid) returns jsonb language plpgsql security invoker as $$
declare
  msg message;
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
    return jsonb_build_object('status', 'cancelled');
  end if;
  if msg.not_before > now() then
    return jsonb_build_object('status', msg.status,
      'wait_ms', ceil(extract(epoch from msg.not_before - now()) * 1000)::bigint);
  end if;
  update message m set status = 'sending' where m.tenant_id = t and m.id = p_message;
  return (
    select jsonb_build_object('status', case when msg.status = 'sending' then 'again' else 'claimed' end,
      'message', jsonb_build_object('id', msg.id, 'conversation_id', c.id, 'key', msg.key, 'locale', u.locale,
        'channel_type', h.type, 'recipient', i.external_id, 'text', msg.text, 'content', msg.content))
    from conversation c
      join customer u on u.tenant_id = t and u.id = c.customer_id
      join channel h on h.tenant_id = t and h.id = c.channel_id
      join identity i on i.tenant_id = t and i.id = c.identity_id
    where c.tenant_id = t and c.id = msg.conversation_id);
end
$$;

-- What became of a send. A bad end is told to the operators by an event row in the same transaction.
create function record_send(t uuid, p_message uuid, p_status text, p_external text, p_reason text) returns boolean
language plpgsql security invoker as $$
declare
  msg message;
  conv conversation;
begin
  perform set_config('app.tenant', t::text, true);
  select * into msg from message m where m.tenant_id = t and m.id = p_message;
  if not found then
    return false;
  end if;
  select * into conv from conversation c where c.tenant_id = t and c.id = msg.conversation_id for no key update;
  -- An attempt that was thought dead may speak late: it gives back only what nobody has ended meanwhile.
  update message m set status = p_status, external_id = coalesce(p_external, m.external_id)
    where m.tenant_id = t and m.id = p_message and (p_status <> 'pending' or m.status = 'sending');
  if p_status in ('failed', 'uncertain') then
    insert into message (tenant_id, conversation_id, seq, direction, author_kind, text, content, status, key)
      values (t, conv.id, conv.last_seq + 1, 'event', 'system', coalesce(p_reason, p_status),
        jsonb_build_object('event', jsonb_build_object('type', 'send_' || p_status, 'message_id', msg.id, 'public', false)),
        'sent', 'send:' || msg.id)
      on conflict (tenant_id, key) do nothing;
    if found then
      update conversation c set last_seq = conv.last_seq + 1, updated_at = now() where c.tenant_id = t and c.id = conv.id;
    end if;
  end if;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', conv.id);
  return true;
end
$$;

-- Which of a process's open sockets hold a credential that is good no more, by place from 1: a session (by its family)
-- that has ended or whose person has another role by now, or a visitor's token. All tenants in one round trip.
create function ended_credentials(p_tenants uuid[], p_families uuid[], p_roles text[], p_tokens bytea[], p_idle interval)
returns jsonb language plpgsql security invoker as $$
declare
  held record;
  ended integer[] := '{}';
begin
  for held in
    select * from unnest(p_tenants, p_families, p_roles, p_tokens) with ordinality as c (tenant_id, family, role, token, place)
  loop
    perform set_config('app.tenant', held.tenant_id::text, true);
    if held.token is null then
      perform from session s join user_tenant u on u.user_id = s.user_id and u.tenant_id = s.tenant_id
        where s.tenant_id = held.tenant_id and s.family = held.family and s.revoked_at is null and s.expires_at > now()
          and (s.kind <> 'cookie' or s.last_seen_at > now() - p_idle) and u.role = held.role;
    else
      perform from identity i
        where i.tenant_id = held.tenant_id and i.token_hash = held.token and i.expires_at > now();
    end if;
    if not found then
      ended := ended || held.place::integer;
    end if;
  end loop;
  return to_jsonb(ended);
end
$$;
grant execute on all functions in schema public to omni_app;
