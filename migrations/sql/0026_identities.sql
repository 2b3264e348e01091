-- Who is who: an address and its conversations have one owner, also while two customers become one or two again.

-- `primary_at`: when it was made the one to write to first among a customer's addresses on its channel. `place`: where it
-- stands in the order in which his addresses are tried.
alter table identity add column primary_at timestamptz, add column place integer;

-- A conversation belongs to whom its address belongs to. The lock waits for a merge, or for its undo, that is under
-- way; what is read after it is what that has left.
create or replace function follow_merge() returns trigger language plpgsql as $$
declare
  target uuid;
begin
  loop
    select c.merged_into into target from customer c
      where c.tenant_id = new.tenant_id and c.id = new.customer_id for key share;
    if target is null then
      select i.customer_id into target from identity i
        join customer u on u.tenant_id = i.tenant_id and u.id = i.customer_id and u.merged_into is null
        where i.tenant_id = new.tenant_id and i.id = new.identity_id and i.customer_id <> new.customer_id;
      exit when not found;
    end if;
    new.customer_id := target;
  end loop;
  return new;
end
$$;

-- The same for an address that is met while its customer is being merged.
create function identity_follows_merge() returns trigger language plpgsql as $$
declare
  target uuid;
begin
  loop
    select c.merged_into into target from customer c
      where c.tenant_id = new.tenant_id and c.id = new.customer_id for key share;
    exit when target is null;
    new.customer_id := target;
  end loop;
  return new;
end
$$;
create trigger identity_follows_merge before insert on identity for each row execute function identity_follows_merge();

-- The customer behind an address of a provider; made when he writes first. What the channel vouches for joins him with
-- who is known by the same on another channel, and with nobody who only said so of himself. Two channels that meet one
-- person at once wait for each other: the second finds whom the first has made. The customer is locked before his
-- address, as merges lock them.
create or replace function meet_identity(t uuid, p_channel uuid, p jsonb) returns identity language plpgsql security invoker as $$
declare
  who identity;
  owner uuid;
  known uuid;
  the_vouched text := nullif(lower(p ->> 'vouched'), '');
begin
  loop
    select * into who from identity i where i.tenant_id = t and i.channel_id = p_channel and i.external_id = p ->> 'chat';
    if not found then
      select i.* into who from identity_alias a
        join identity i on i.tenant_id = t and i.id = a.identity_id
        where a.tenant_id = t and a.channel_id = p_channel
          and a.alias in (select jsonb_array_elements_text(coalesce(p -> 'aliases', '[]')))
        limit 1;
    end if;
    exit when who.id is not null;
    known := null;
    if the_vouched is not null then
      perform pg_advisory_xact_lock(hashtextextended(t || the_vouched, 0));
      select i.customer_id into known from identity i
        join customer u on u.tenant_id = t and u.id = i.customer_id and u.merged_into is null
        where i.tenant_id = t and i.vouched = the_vouched order by i.created_at limit 1;
      if known is null then
        select u.id into known from customer u
          where u.tenant_id = t and u.merged_into is null and u.verified
            and u.id in (select m.customer_id from customer_term m where m.tenant_id = t
              and m.term in (replace(the_vouched, 'email:', 'e:'), replace(the_vouched, 'phone:+', 'p:')))
          order by u.created_at limit 1;
      end if;
    end if;
    begin
      if known is null then
        insert into customer (tenant_id, id, name, email, phone, locale)
          values (t, gen_random_uuid(), nullif(p ->> 'name', ''), nullif(p ->> 'email', ''), nullif(p ->> 'phone', ''),
                  coalesce(nullif(p ->> 'locale', ''), 'ru'))
          returning id into known;
      end if;
      insert into identity (tenant_id, id, channel_id, customer_id, external_id, vouched)
        values (t, gen_random_uuid(), p_channel, known, p ->> 'chat', the_vouched)
        returning * into who;
      exit;
    exception when unique_violation then
      null; -- another message of his came a moment ago
    end;
  end loop;
  loop
    owner := who.customer_id;
    perform from customer c where c.tenant_id = t and c.id = owner for key share;
    select * into who from identity i where i.tenant_id = t and i.id = who.id;
    exit when not found or who.customer_id = owner;
  end loop;
  if who.external_id <> p ->> 'chat' then
    update identity i set external_id = p ->> 'chat' where i.tenant_id = t and i.id = who.id returning i.* into who;
  end if;
  insert into identity_alias (tenant_id, channel_id, alias, identity_id)
    select t, p_channel, each, who.id from jsonb_array_elements_text(coalesce(p -> 'aliases', '[]')) each
    on conflict do nothing;
  return who;
end
$$;

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
