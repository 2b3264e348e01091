-- What somebody thinks of a message, in one sign: kept on the message, one for each person, the last one counts. Who took
-- it back keeps an entry without a sign, so that a late repeat of it says nothing.
--   p: {who, emoji?, at}
create function take_reaction(t uuid, p_channel uuid, p_external text, p jsonb) returns jsonb
language plpgsql security invoker as $$
declare
  msg message;
  before jsonb;
  of_others jsonb;
begin
  perform set_config('app.tenant', t::text, true);
  select * into msg from message m where m.tenant_id = t and m.id = said_before(t, p_channel, p_external) for no key update;
  if not found then
    return null;
  end if;
  select r into before from jsonb_array_elements(coalesce(msg.content -> 'reactions', '[]')) r where r ->> 'who' = p ->> 'who';
  if (before ->> 'at')::timestamptz >= (p ->> 'at')::timestamptz or (before is null and p ->> 'emoji' is null) then
    return null;
  end if;
  select coalesce(jsonb_agg(r order by n), '[]') into of_others
    from jsonb_array_elements(coalesce(msg.content -> 'reactions', '[]')) with ordinality e(r, n)
    where r ->> 'who' <> p ->> 'who';
  if jsonb_array_length(of_others) >= 50 then
    return null; -- a group of hundreds: fifty of them are enough to see
  end if;
  update message m set content = m.content || jsonb_build_object('reactions', of_others || jsonb_build_array(
      jsonb_build_object('who', p ->> 'who', 'emoji', p ->> 'emoji', 'at', iso((p ->> 'at')::timestamptz))))
    where m.tenant_id = t and m.id = msg.id;
  insert into change (tenant_id, kind, conversation_id) values (t, 'message', msg.conversation_id);
  return jsonb_build_object('conversation_id', msg.conversation_id, 'seq', msg.seq);
end
$$;

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
