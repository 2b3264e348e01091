-- A console stays open only while its person owes the tenant no second factor (S7, domain/two_factor.py).
create function owes_second_factor(t uuid, p_user uuid) returns boolean language sql stable as $$
  select u.totp_confirmed_at is null and (
    tn.settings -> 'require_two_factor' in ('true', '"everybody"')
    or tn.settings -> 'require_two_factor' = '"admins"' and ut.role in ('owner', 'admin'))
  from user_tenant ut join "user" u on u.id = ut.user_id join tenant tn on tn.tenant_id = ut.tenant_id
  where ut.tenant_id = t and ut.user_id = p_user
$$;

create or replace function ended_credentials(p_tenants uuid[], p_families uuid[], p_roles text[], p_tokens bytea[], p_idle interval)
returns jsonb language plpgsql security invoker as $$
declare
  held record;
  ended integer[] := '{}';
begin
  for held in
    select * from unnest(p_tenants, p_families, p_roles, p_tokens) with ordinality as c (tenant_id, family, rights, token, place)
  loop
    perform set_config('app.tenant', held.tenant_id::text, true);
    if held.token is null then
      perform from session s where s.tenant_id = held.tenant_id and s.family = held.family and s.revoked_at is null
        and s.expires_at > now() and (s.kind <> 'cookie' or s.last_seen_at > now() - p_idle)
        and member_rights(s.tenant_id, s.user_id) = held.rights
        and owes_second_factor(s.tenant_id, s.user_id) is not true;
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
