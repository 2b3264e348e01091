-- Voice messages: files that last for a while.

alter table file add column duration_ms integer;

-- Whether a file is a visitor's to open: his own, or one that stands in a message that he is shown.
create function visitor_opens(t uuid, p_token bytea, p_file uuid) returns jsonb language plpgsql security invoker as $$
declare
  who identity;
begin
  perform set_config('app.tenant', t::text, true);
  who := visitor_of(t, p_token);
  if who.id is null then
    return jsonb_build_object('error', visitor_refusal(t));
  end if;
  return jsonb_build_object('opens', exists (
      select from file f where f.tenant_id = t and f.id = p_file and f.uploader_kind = 'customer' and f.uploader_id = who.customer_id)
    or exists (
      select from conversation c join message m on m.tenant_id = t and m.conversation_id = c.id
        where c.tenant_id = t and c.identity_id = who.id and m.direction in ('inbound', 'outbound')
          and m.content -> 'attachments' @> jsonb_build_array(jsonb_build_object('id', p_file))));
end
$$;

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
