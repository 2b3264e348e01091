-- A status may overtake our own answer: a part that its provider has called failed is not made `sent` by it.
create or replace function record_part(t uuid, p_message uuid, p_index integer, p jsonb) returns jsonb
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
  if now_is = 'sent' and exists (select from message_part a where a.tenant_id = t and a.message_id = p_message
      and a.index = p_index and a.status = 'failed' and a.external_id = p ->> 'external_id') then
    -- Its provider has told of the failure before the answer to the send was written: what has left has failed.
    return jsonb_build_object('status', msg.status, 'more', false);
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

-- The parts that a message was rendered to; the first is under way with this. A second rendering changes nothing but a
-- part that is sent once more after it had left: its payload was thrown away then.
create or replace function keep_parts(t uuid, p_message uuid, p_parts jsonb) returns boolean language plpgsql security invoker as $$
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
    on conflict (tenant_id, message_id, index) do update set method = excluded.method, payload = excluded.payload
      where message_part.payload is null and message_part.status = 'sending';
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
