-- What a customer answers to is found again (the name of a variable stood in the way of that of a column).

-- A message that came by a provider's webhook, or was read in a mailbox.
--   p: {key, external_id, chat, aliases, vouched?, name?, phone?, email?, locale?, text, content, button?, menu, stop,
--       reply_to?, thread?, files?: [{id, ref, kind, name, type, size}]}
create or replace function accept_inbound(t uuid, p_channel uuid, p jsonb) returns jsonb language plpgsql security invoker as $$
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
    body := body || jsonb_strip_nulls(jsonb_build_object('reply_to', said_before(t, p_channel, p ->> 'reply_to')));
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
