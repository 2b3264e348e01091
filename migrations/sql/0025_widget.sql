-- The widget's settings stand in its channel; a widget that was taken away is closed to its visitors.

update channel h set provider = 'widget', updated_at = now(), settings = h.settings || jsonb_strip_nulls(jsonb_build_object(
    'theme', case when n.settings ->> 'accent' ~ '^#[0-9A-Fa-f]{6}$'
      then jsonb_build_object('accent', lower(n.settings ->> 'accent')) end,
    'title', case when jsonb_typeof(n.settings -> 'title') = 'object' then nullif(n.settings -> 'title', '{}') end))
  from tenant n where n.tenant_id = h.tenant_id and h.type = 'widget';
update tenant set settings = settings - '{accent,title,greeting}'::text[] where settings ?| array['accent', 'title', 'greeting'];

-- Why a visitor's token does not count: a closed tenant, or one whose widget was taken away, is to its visitors as one
-- that never was.
create or replace function visitor_refusal(t uuid) returns text language sql stable as $$
  select case when exists (select from tenant n where n.tenant_id = t and n.status <> 'active')
      or exists (select from tenant n where n.tenant_id = t)
        and not exists (select from channel h where h.tenant_id = t and h.type = 'widget' and h.status = 'active')
    then 'tenant_not_found' else 'visitor_token_invalid' end
$$;

-- Who a visitor's token belongs to, and the conversation that is his now; or {error}.
create or replace function find_visitor(t uuid, p_token bytea) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return coalesce((
    select jsonb_build_object('identity_id', i.id, 'customer_id', i.customer_id, 'channel_id', i.channel_id,
      'name', u.name, 'locale', u.locale, 'conversation_id', (
        select c.id from conversation c where c.tenant_id = t and c.identity_id = i.id
          order by (c.status <> 'resolved') desc, c.updated_at desc limit 1))
    from identity i
      join tenant n on n.tenant_id = i.tenant_id and n.status = 'active'
      join channel h on h.tenant_id = t and h.id = i.channel_id and h.status = 'active'
      join customer u on u.tenant_id = t and u.id = i.customer_id
    where i.tenant_id = t and i.expires_at > now()
      and i.id = (select coalesce(k.bound_to, k.id) from identity k
        where k.tenant_id = t and k.token_hash = p_token and k.expires_at > now())),
    jsonb_build_object('error', visitor_refusal(t)));
end
$$;

-- A visitor's message: he is who his token leads to.
create or replace function accept_message(t uuid, p_token bytea, p_client_id text, p_text text, p_content jsonb, p_stop boolean)
returns jsonb language plpgsql security invoker as $$
declare
  who identity;
begin
  perform set_config('app.tenant', t::text, true);
  select i.* into who from identity i
    join tenant n on n.tenant_id = i.tenant_id and n.status = 'active'
    join channel h on h.tenant_id = t and h.id = i.channel_id and h.status = 'active'
    where i.tenant_id = t and i.expires_at > now()
      and i.id = (select coalesce(k.bound_to, k.id) from identity k
        where k.tenant_id = t and k.token_hash = p_token and k.expires_at > now());
  if not found then
    return jsonb_build_object('error', visitor_refusal(t));
  end if;
  return take_inbound(t, who, 'in:' || who.id || ':' || p_client_id, p_client_id, null, p_text, p_content, p_stop);
end
$$;
