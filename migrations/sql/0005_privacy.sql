-- Files: what people and visitors have uploaded. The bytes lie in the file store under a key that nobody can guess.

create table file (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  storage_key text not null,
  name text not null,
  type text not null,
  size integer not null,
  sha256 bytea not null,
  width integer,
  height integer,
  uploader_kind text not null,
  uploader_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, storage_key)
);
create index file_by_uploader on file (tenant_id, uploader_id, created_at desc);

select raise_wall('file');
