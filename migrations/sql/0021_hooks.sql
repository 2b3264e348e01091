-- What an outside service signs its calls with, sealed; null: it may not call.

alter table connection add column signing bytea;
