-- A visitor's conversations: which are his, how far both sides have read, what he thought of them, and a new one at once.

-- What he is offered, as his widget's channel says it.
create function widget_offers(h channel, p_feature text, p_default boolean) returns boolean language sql immutable as $$
  select case h.settings -> 'features' -> p_feature when 'true'::jsonb then true when 'false'::jsonb then false else p_default end
$$;

-- Whose token it is: an identity of an open widget of an active tenant, or nobody.
create function visitor_of(t uuid, p_token bytea) returns identity language sql stable as $$
  select i from identity i
    join tenant n on n.tenant_id = i.tenant_id and n.status = 'active'
    join channel h on h.tenant_id = t and h.id = i.channel_id and h.status = 'active'
    where i.tenant_id = t and i.expires_at > now()
      and i.id = (select coalesce(k.bound_to, k.id) from identity k
        where k.tenant_id = t and k.token_hash = p_token and k.expires_at > now())
$$;

-- A conversation as its visitor sees it: no notes, no word of who holds it. He is asked for a score for a week.
create function visitor_conversation(c conversation, h channel) returns jsonb language sql stable as $$
  select jsonb_build_object('id', c.id, 'status', case c.status when 'resolved' then 'resolved' else 'open' end,
    'last_message', (select message_preview(m) from message m
      where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.direction in ('inbound', 'outbound')
      order by m.seq desc limit 1),
    'last_seq', c.last_seq, 'seen_seq', c.customer_seen_seq,
    'unread', (select count(*) from message m where m.tenant_id = c.tenant_id and m.conversation_id = c.id
      and m.seq > c.customer_seen_seq and m.direction = 'outbound'),
    'operators_seen_seq', case when widget_offers(h, 'receipts', true) then c.operator_seen_seq end,
    'csat', coalesce((
      select jsonb_build_object('due', false, 'scale', r.scale, 'score', r.score, 'comment', r.comment)
        from rating r where r.tenant_id = c.tenant_id and r.conversation_id = c.id order by r.updated_at desc limit 1),
      jsonb_build_object('due', widget_offers(h, 'csat', false) and c.status = 'resolved'
        and c.resolved_at > now() - interval '7 days', 'scale', null, 'score', null, 'comment', null)),
    'created_at', iso(c.created_at), 'updated_at', iso(c.updated_at))
$$;

-- His conversations, the newest first: all, or the one that is asked for. Without history it is the present one only.
create function visitor_conversations(t uuid, p_token bytea, p_conversation uuid, p_limit integer) returns jsonb
language plpgsql security invoker as $$
declare
  who identity;
  his channel;
  most integer;
begin
  perform set_config('app.tenant', t::text, true);
  who := visitor_of(t, p_token);
  if who.id is null then
    return jsonb_build_object('error', visitor_refusal(t));
  end if;
  select * into his from channel h where h.tenant_id = t and h.id = who.channel_id;
  most := case when widget_offers(his, 'history', true) then p_limit else 1 end;
  return jsonb_build_object('customer_id', who.customer_id, 'items', coalesce((
    select jsonb_agg(visitor_conversation(c, his) order by (c.status <> 'resolved') desc, c.updated_at desc)
      from (
        select o.* from conversation o where o.tenant_id = t and o.identity_id = who.id
          order by (o.status <> 'resolved') desc, o.updated_at desc limit most) c
      where p_conversation is null or c.id = p_conversation), '[]'::jsonb));
end
$$;

-- The customer has read up to a seq: whether that is news. What he was shown until there is read; no status goes back.
create or replace function mark_customer_seen(t uuid, p_conversation uuid, p_seq integer) returns boolean
language plpgsql security invoker as $$
declare
  before integer;
begin
  perform set_config('app.tenant', t::text, true);
  select c.customer_seen_seq into before from conversation c where c.tenant_id = t and c.id = p_conversation for no key update;
  update conversation c set customer_seen_seq = least(p_seq, c.last_seq)
    where c.tenant_id = t and c.id = p_conversation and least(p_seq, c.last_seq) > c.customer_seen_seq;
  if not found then
    return false;
  end if;
  update message m set status = 'read'
    where m.tenant_id = t and m.conversation_id = p_conversation and m.seq > before and m.seq <= p_seq
      and m.direction = 'outbound' and m.status in ('sent', 'delivered');
  return true;
end
$$;

-- A visitor's message: he is who his token leads to. `anew` in its content asks for a new conversation where none is open;
-- a form that was left outside the hours begins one that waits for operators, and no scenario answers it.
create or replace function accept_message(t uuid, p_token bytea, p_client_id text, p_text text, p_content jsonb, p_stop boolean)
returns jsonb language plpgsql security invoker as $$
declare
  who identity;
  dedupe text;
  left_for_operators boolean := coalesce(p_content -> 'form' ->> 'kind' = 'offline', false);
  begun boolean := false;
  taken jsonb;
begin
  perform set_config('app.tenant', t::text, true);
  who := visitor_of(t, p_token);
  if who.id is null then
    return jsonb_build_object('error', visitor_refusal(t));
  end if;
  dedupe := 'in:' || who.id || ':' || p_client_id;
  if (p_content ? 'anew' or left_for_operators)
      and not exists (select from message m where m.tenant_id = t and m.key = dedupe) then
    begin
      insert into conversation (tenant_id, id, channel_id, identity_id, customer_id, controller, department_id)
        values (t, gen_random_uuid(), who.channel_id, who.id, who.customer_id,
          case when left_for_operators then 'operator' else 'assistant' end,
          case when left_for_operators then default_department(t, who.channel_id) end);
      begun := true;
    exception when unique_violation then
      null; -- one is open: the message belongs there
    end;
  end if;
  taken := take_inbound(t, who, dedupe, p_client_id, null, p_text, p_content - 'anew', p_stop);
  return case when begun then taken || '{"created": true}' else taken end;
end
$$;

-- A line of the inbox, with the last score that the customer gave.
create or replace function conversation_summary(c conversation) returns jsonb language sql stable as $$
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
    'rating', (select jsonb_build_object('scale', r.scale, 'score', r.score, 'comment', r.comment)
      from rating r where r.tenant_id = c.tenant_id and r.conversation_id = c.id order by r.updated_at desc limit 1),
    'created_at', iso(c.created_at), 'updated_at', iso(c.updated_at))
  from channel h, customer u, tenant n
  where h.tenant_id = c.tenant_id and h.id = c.channel_id and u.tenant_id = c.tenant_id and u.id = c.customer_id
    and n.tenant_id = c.tenant_id
$$;

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
