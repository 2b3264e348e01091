-- A scenario that waits for an event of its customer finds it by name, the newest first.
create index event_by_name on event (tenant_id, name, customer_id, created_at desc);
