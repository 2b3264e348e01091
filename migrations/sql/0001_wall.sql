-- The wall: forced row-level security on every table of a tenant, one policy for the app role
-- (WITH CHECK is the same expression), and a narrow one for the sweeper.
do $$
declare
  name text;
begin
  foreach name in array array[
    'tenant', 'tenant_key', 'session', 'channel', 'customer', 'identity', 'department', 'conversation',
    'message', 'turn', 'change', 'scenario', 'scenario_version', 'connection', 'knowledge_document'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant_wall on %I for all to omni_app
         using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', name);
    execute format('grant select, insert, update, delete on %I to omni_app', name);
  end loop;
end
$$;
grant select, insert, update, delete on tenant_slug, channel_route, "user", user_tenant to omni_app;
grant usage on all sequences in schema public to omni_app;

create policy sweeper_sees_unanswered on conversation for select to omni_sweeper
  using (last_in > cursor_seq);
grant select (tenant_id, id, status, controller, cursor_seq, last_in, last_in_at, rung_at)
  on conversation to omni_sweeper;
