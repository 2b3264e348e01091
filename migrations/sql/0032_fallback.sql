-- A message that cannot be delivered on its channel goes over another one: where it may go, when, and that it went.

-- The conversation that is open over an address, or a new one: of an operator where one is named, else of the bot.
--   p: {controller, assignee_id?, assignee_name?, department_id?, id?}
create function open_conversation(t uuid, who identity, p jsonb) returns conversation
language plpgsql security invoker as $$
declare
  conv conversation;
begin
  loop
    select * into conv from conversation c
      where c.tenant_id = t and c.channel_id = who.channel_id and c.identity_id = who.id and c.status <> 'resolved'
      for no key update;
    exit when found;
    begin
      insert into conversation (tenant_id, id, channel_id, identity_id, customer_id, controller, assignee_id, assignee_name,
          department_id)
        values (t, coalesce((p ->> 'id')::uuid, gen_random_uuid()), who.channel_id, who.id, who.customer_id,
          p ->> 'controller', (p ->> 'assignee_id')::uuid, p ->> 'assignee_name', (p ->> 'department_id')::uuid)
        returning * into conv;
      insert into change (tenant_id, kind, conversation_id) values (t, 'conversation', conv.id);
      exit;
    exception when unique_violation then
      null; -- he wrote a moment ago: that one
    end;
  end loop;
  return conv;
end
$$;

-- The tenant's own word on it, or what holds where nothing was said.
create function fallback_settings(t uuid) returns jsonb language sql stable as $$
  select '{"policy": "ask", "after_minutes": 15}'::jsonb || coalesce(n.settings -> 'fallback', '{}')
    from tenant n where n.tenant_id = t
$$;

-- Where a message may go instead, in the order of its customer's addresses, one of each channel: connected, reachable,
-- not refused by him, not tried yet, and open to free texts. Browsers are none: nobody knows whether he looks.
--   p_windows: for how many hours after his last message a channel type takes free texts
create function fallback_options(t uuid, p_message uuid, p_windows jsonb) returns jsonb
language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((
    select jsonb_agg(jsonb_build_object('identity_id', o.id, 'address', o.external_id, 'vouched', o.vouched is not null,
        'is_known', o.vouched is not null or o.last_in_at is not null, 'locale', o.locale, 'from_type', o.from_type,
        'channel', jsonb_build_object('id', o.channel_id, 'type', o.type, 'name', o.name))
        order by o.place nulls last, coalesce(o.last_in_at, o.created_at) desc, o.id)
      from (
        select distinct on (i.channel_id) i.*, h.type, h.name, u.locale, own.type as from_type
          from message m
            join conversation c on c.tenant_id = t and c.id = m.conversation_id
            join customer u on u.tenant_id = t and u.id = c.customer_id
            join identity i on i.tenant_id = t and i.customer_id = c.customer_id
            join channel h on h.tenant_id = t and h.id = i.channel_id
            join channel own on own.tenant_id = t and own.id = c.channel_id
          where m.tenant_id = t and m.id = p_message and h.status = 'active' and h.type <> 'widget'
            and h.id <> c.channel_id and not coalesce(m.content #> '{instead_of,tried}', '[]') ? h.id::text
            and i.unreachable is null and i.bound_to is null
            and coalesce(h.health ->> 'state', '') <> 'down'
            and coalesce(u.consents -> h.type ->> 'status', '') <> 'denied'
            and (not p_windows ? h.type
              or i.last_in_at > now() - make_interval(hours => (p_windows ->> h.type)::int))
          order by i.channel_id, i.primary_at desc nulls last, coalesce(i.last_in_at, i.created_at) desc) o), '[]');
end
$$;

-- After how many milliseconds a message that has failed goes elsewhere by itself; null: it does not. Only what was said
-- by a person, and only to an address that is known to be his.
--   p: {now, waits}: codes of failures that are for good, and of those that may pass, so that the channel is given the
--      tenant's time; every other failure is of the message itself
create function plan_fallback(t uuid, p_message uuid, p jsonb, p_windows jsonb) returns bigint
language plpgsql security invoker as $$
declare
  msg message;
  wanted jsonb;
  failure text;
begin
  perform set_config('app.tenant', t::text, true);
  wanted := fallback_settings(t);
  select * into msg from message m where m.tenant_id = t and m.id = p_message;
  if wanted ->> 'policy' <> 'automatic' or msg.status <> 'failed' or msg.content ? 'instead'
      or msg.author_kind <> 'operator'
      or not jsonb_path_exists(fallback_options(t, p_message, p_windows), '$[*] ? (@.is_known == true)') then
    return null;
  end if;
  select a.code into failure from message_part a
    where a.tenant_id = t and a.message_id = p_message and a.status = 'failed' order by a.index limit 1;
  if failure is not null and not p -> 'now' ? failure and not p -> 'waits' ? failure then
    return null;
  end if;
  return case when failure is null or p -> 'waits' ? failure then greatest(0, ceil(1000 * extract(epoch from
    msg.created_at + make_interval(mins => (wanted ->> 'after_minutes')::int) - now())))::bigint else 0 end;
end
$$;

-- Say a message that has failed over another address of its customer, once: both conversations tell of it and of each
-- other. The second message is a copy that remembers which channels were tried.
--   p: {identity_id, left, came, by?: {id, name}}: `left` and `came` are the lines of the two conversations
--   s: the scope of whoever asks; null: nobody does
create function fall_back(t uuid, p_conversation uuid, p_message uuid, p jsonb, p_windows jsonb, s jsonb) returns jsonb
language plpgsql security invoker as $$
declare
  conv conversation;
  msg message;
  who identity;
  there conversation;
  told message;
  from_type text;
  to_type text;
begin
  perform set_config('app.tenant', t::text, true);
  select * into conv from conversation c where c.tenant_id = t and c.id = p_conversation for no key update;
  if not found or not in_scope(conv, s) then
    return jsonb_build_object('error', 'conversation_gone');
  end if;
  select * into msg from message m
    where m.tenant_id = t and m.conversation_id = p_conversation and m.id = p_message for no key update;
  if not found or msg.direction <> 'outbound' then
    return jsonb_build_object('error', 'message_not_found');
  end if;
  if msg.content ? 'instead' then
    return jsonb_build_object('again', true) || (msg.content -> 'instead');
  end if;
  if msg.status <> 'failed' then
    return jsonb_build_object('error', 'message_not_open', 'status', msg.status);
  end if;
  if not jsonb_path_exists(fallback_options(t, p_message, p_windows), '$[*] ? (@.identity_id == $id)',
      jsonb_build_object('id', p ->> 'identity_id')) then
    return jsonb_build_object('error', 'fallback_not_possible');
  end if;
  select * into who from identity i where i.tenant_id = t and i.id = (p ->> 'identity_id')::uuid;
  select h.type into from_type from channel h where h.tenant_id = t and h.id = conv.channel_id;
  select h.type into to_type from channel h where h.tenant_id = t and h.id = who.channel_id;
  there := open_conversation(t, who, case when msg.author_kind = 'operator' then jsonb_build_object(
      'controller', 'operator', 'department_id', conv.department_id,
      'assignee_id', coalesce(conv.assignee_id::text, p -> 'by' ->> 'id'),
      'assignee_name', coalesce(conv.assignee_name, p -> 'by' ->> 'name'))
    else '{"controller": "assistant"}'::jsonb end);
  insert into message (tenant_id, conversation_id, seq, direction, author_kind, author_id, author_name, text, content, status,
      key, epoch)
    values (t, there.id, there.last_seq + 1, 'outbound', msg.author_kind, msg.author_id, msg.author_name, msg.text,
      (msg.content - '{lossy,instead,instead_of,reply_to}'::text[]) || jsonb_build_object('instead_of', jsonb_build_object(
        'message_id', msg.id, 'conversation_id', conv.id, 'channel_type', from_type,
        'tried', coalesce(msg.content #> '{instead_of,tried}', '[]') || to_jsonb(conv.channel_id::text))),
      'pending', 'instead:' || msg.id, there.epoch)
    returning * into told;
  insert into message (tenant_id, conversation_id, seq, direction, author_kind, author_id, author_name, text, content, status, key)
    values (t, there.id, there.last_seq + 2, 'event', 'system', null, null, p ->> 'came',
        jsonb_build_object('event', jsonb_build_object('type', 'came_instead', 'public', false, 'message_id', told.id,
          'conversation_id', conv.id, 'channel_type', from_type)), 'sent', 'came:' || msg.id),
      (t, conv.id, conv.last_seq + 1, 'event', 'system', null, null, p ->> 'left',
        jsonb_build_object('event', jsonb_build_object('type', 'sent_instead', 'public', false, 'message_id', msg.id,
          'conversation_id', there.id, 'channel_type', to_type)), 'sent', 'left:' || msg.id);
  update conversation c set last_seq = there.last_seq + 2, last_message = message_preview(told), updated_at = now()
    where c.tenant_id = t and c.id = there.id;
  update conversation c set last_seq = conv.last_seq + 1, updated_at = now() where c.tenant_id = t and c.id = conv.id;
  update message m set content = m.content || jsonb_build_object('instead', jsonb_build_object(
      'message_id', told.id, 'conversation_id', there.id, 'channel_type', to_type))
    where m.tenant_id = t and m.id = msg.id;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', conv.id), (t, 'message', there.id);
  return jsonb_build_object('again', false, 'message_id', told.id, 'conversation_id', there.id, 'channel_type', to_type);
end
$$;

-- Messages whose send ended badly and that nobody has decided about, the newest first; not those that went elsewhere.
create or replace function list_troubled(t uuid, p_before timestamptz, p_before_id uuid, p_limit integer, s jsonb) returns jsonb
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
          and not m.content ? 'instead'
          and (p_before is null or (m.created_at, m.id) < (p_before, p_before_id))
        order by m.created_at desc, m.id desc limit p_limit) found
    join customer u on u.tenant_id = t and u.id = (found.c).customer_id
    join channel h on h.tenant_id = t and h.id = (found.c).channel_id), '[]'::jsonb);
end
$$;

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
