-- When a customer last wrote, for channels that let a company write freely only for so long after that.

create or replace function pg_temp.patch(p_name text, p_from text, p_to text) returns void language plpgsql as $$
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
select pg_temp.patch('load_conversation', '''unsent'', unsent(t, p_conversation),',
  '''unsent'', unsent(t, p_conversation),
      ''last_inbound_at'', (extract(epoch from conv.last_in_at) * 1000)::bigint,');
