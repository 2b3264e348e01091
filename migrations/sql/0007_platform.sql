-- The platform's own view of tenants: ids beside the slug, in the one table of tenants that is read across them.
alter table tenant_slug
  add column manager_id uuid references "user" (id) on delete set null,
  add column referrer_id uuid references "user" (id) on delete set null;
create index tenant_slug_by_manager on tenant_slug (manager_id, slug) where manager_id is not null;
create index tenant_slug_by_referrer on tenant_slug (referrer_id, slug) where referrer_id is not null;
