-- Signing keys of the widget, and visitors whom the company's own server has signed.
create table identity_key (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  hint text not null,
  secret bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
select raise_wall('identity_key');

-- The token of a browser leads to the identity of whoever has signed in there: one person, many browsers, one history.
alter table identity
  add column bound_to uuid,
  add foreign key (tenant_id, bound_to) references identity (tenant_id, id) on delete cascade;
create index identity_by_bound_to on identity (tenant_id, bound_to) where bound_to is not null;

-- Patched, not written anew: whatever a migration before this one has made of them stays.
do $$
declare
  name text;
  definition text;
  patched text;
begin
  foreach name in array array['accept_message', 'find_visitor', 'find_button'] loop
    select pg_get_functiondef(p.oid) into strict definition
      from pg_proc p where p.proname = name and p.pronamespace = 'public'::regnamespace;
    patched := replace(definition, 'i.token_hash = p_token',
      'i.id = (select coalesce(k.bound_to, k.id) from identity k
        where k.tenant_id = t and k.token_hash = p_token and k.expires_at > now())');
    if patched = definition then
      raise exception '% does not look a visitor up by his token', name;
    end if;
    execute patched;
  end loop;
end
$$;
