-- What assistants may read through a connection: a list of operations, each with its path and parameters.

alter table connection add column operations jsonb not null default '[]';
