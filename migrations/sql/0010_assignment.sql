-- How much a member has in hand against his capacity, and where a handoff goes that names no department.

-- The limits of a member that concern a conversation, and what he holds of each kind beside it: open and pending ones.
create function load_of(t uuid, p_user uuid, c conversation) returns table (name text, most integer, held integer)
language sql stable as $$
  select l.key, l.value::int, (
      select count(*)::int from conversation o
        where o.tenant_id = t and o.assignee_id = p_user and o.status in ('open', 'pending') and o.id <> c.id
          and (l.key = 'any' or exists (
            select from channel h where h.tenant_id = t and h.id = o.channel_id and h.type = l.key)))
    from member m, jsonb_each_text(m.capacity) l
    where m.tenant_id = t and m.user_id = p_user
      and l.key in ('any', (select h.type from channel h where h.tenant_id = t and h.id = c.channel_id))
$$;

-- Whether a member may be given a conversation. His row is locked: what two people give him at once is counted one after
-- the other.
create function has_room(t uuid, p_user uuid, c conversation) returns boolean language plpgsql security invoker as $$
begin
  perform from member m where m.tenant_id = t and m.user_id = p_user for no key update;
  return c.assignee_id is not distinct from p_user
    or not exists (select from load_of(t, p_user, c) l where l.held >= l.most);
end
$$;

-- How far a conversation's holder is beyond his capacity: the limit that is exceeded most, or null.
create function over_capacity(c conversation) returns jsonb language sql stable as $$
  select jsonb_build_object('channel', nullif(l.name, 'any'), 'limit', l.most, 'held', l.held + 1)
    from load_of(c.tenant_id, c.assignee_id, c) l
    where c.status in ('open', 'pending') and l.held >= l.most
    order by l.held - l.most desc, l.name limit 1
$$;

-- The department that takes what names none: the channel's, else the tenant's.
create function default_department(t uuid, p_channel uuid) returns uuid language sql stable as $$
  select d.id from department d, (
      select 1 as place, h.settings ->> 'default_department' as key from channel h where h.tenant_id = t and h.id = p_channel
      union all
      select 2, n.settings ->> 'default_department' from tenant n where n.tenant_id = t) wanted
    where d.tenant_id = t and d.key = wanted.key order by wanted.place limit 1
$$;

-- Patched, not written anew: whatever a migration before this one has made of them stays. Each patch must find its place.
create function pg_temp.patch(p_name text, p_from text, p_to text) returns void language plpgsql as $$
declare
  definition text;
begin
  select pg_get_functiondef(p.oid) into strict definition
    from pg_proc p where p.proname = p_name and p.pronamespace = 'public'::regnamespace;
  if position(p_from in definition) = 0 then
    raise exception '% has no %', p_name, p_from;
  end if;
  execute replace(definition, p_from, p_to);
end
$$;
select pg_temp.patch('commit_turn', 'cursor_before := conv.cursor_seq;',
  'if coalesce((p ->> ''room'')::boolean, false) and not has_room(t, (s ->> ''assignee_id'')::uuid, conv) then
    return jsonb_build_object(''committed'', false, ''refused'', ''at_capacity'');
  end if;

  cursor_before := conv.cursor_seq;');
select pg_temp.patch('commit_turn', 'd.key = s ->> ''department_key''), c.department_id)',
  'd.key = s ->> ''department_key''), c.department_id, default_department(t, c.channel_id))');
select pg_temp.patch('commit_turn', '-- named only where somebody asks',
  '|| case when s ? ''department_key'' then jsonb_build_object(''department_id'', conv.department_id) else ''{}''::jsonb end
    -- named only where somebody asks');
select pg_temp.patch('record_operation', 'return conversation_summary(conv)',
  'return conversation_summary(conv) || jsonb_build_object(''over_capacity'', over_capacity(conv))');

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
