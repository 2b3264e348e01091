-- Settings: connections, calendars, tags, webhooks, events.
select 1;
