-- What begins scenarios besides messages: events in an order that can be followed, and how far each tenant is.

-- As in `change`: a reader follows (xid, number) and never meets one that commits later with a smaller place.
alter table event
  add column number bigint generated always as identity,
  add column xid xid8 not null default pg_current_xact_id();
create index event_in_order on event (tenant_id, xid, number);

-- How far the events and changes of a tenant have been looked at.
create table trigger_cursor (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  change_cursor text not null,
  event_cursor text not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id)
);
-- How a conversation stood when it was looked at last: what differs has happened since.
create table trigger_seen (
  tenant_id uuid not null,
  conversation_id uuid not null,
  status text not null,
  assignee_id uuid,
  primary key (tenant_id, conversation_id),
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade
);
-- When a trigger of time fires next.
create table trigger_due (
  tenant_id uuid not null,
  scenario_id uuid not null,
  trigger_id text not null,
  due_at timestamptz not null,
  primary key (tenant_id, scenario_id, trigger_id),
  foreign key (tenant_id, scenario_id) references scenario (tenant_id, id) on delete cascade
);
-- Who waits for an event: few of many.
create index conversation_awaiting on conversation (tenant_id, customer_id)
  where state -> 'waiting' ->> 'kind' = 'event';
create index scenario_run_awaiting on scenario_run (tenant_id, customer_id)
  where state -> 'waiting' ->> 'kind' = 'event';
-- Who has fallen silent: by the last message of the customer, among the open ones.
create index conversation_silent on conversation (tenant_id, last_in_at) where status in ('open', 'pending');

select raise_wall('trigger_cursor', 'trigger_seen', 'trigger_due');
grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
