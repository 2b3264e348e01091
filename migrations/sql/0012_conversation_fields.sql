-- Values of a conversation's attributes. A table of its own: the row of a conversation is written anew at each message.
create table conversation_fields (
  tenant_id uuid not null,
  conversation_id uuid not null,
  fields jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  primary key (tenant_id, conversation_id),
  foreign key (tenant_id, conversation_id) references conversation (tenant_id, id) on delete cascade
);
select raise_wall('conversation_fields');
