-- By what turn a conversation was looked at last: what has happened since is named by it, and a repeated look names
-- the same by the same, though the conversation has gone on.
alter table trigger_seen add column turn integer not null default 0;
