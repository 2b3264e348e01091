-- Erasure, retention, legal hold; and what the audit log holds of customers, apart from its lines.

-- `before` and `after` of lines about a customer. A line stays; this goes with the customer. `other_id`: whom a merge
-- concerned too. A line comes after what it holds here, so the reference is looked at when the transaction ends.
create table audit_detail (
  tenant_id uuid not null,
  audit_id bigint not null,
  customer_id uuid not null,
  other_id uuid,
  before jsonb,
  after jsonb,
  primary key (tenant_id, audit_id),
  foreign key (tenant_id, audit_id) references audit (tenant_id, id) on delete cascade deferrable initially deferred
);
create index audit_detail_by_customer on audit_detail (tenant_id, customer_id);
create index audit_detail_by_other on audit_detail (tenant_id, other_id) where other_id is not null;

-- In the database, so that no way of writing a line leads around it.
create function set_detail_apart() returns trigger language plpgsql as $$
begin
  if new.key is not null and exists (select from audit a where a.tenant_id = new.tenant_id and a.key = new.key) then
    return new; -- a repeat, which adds no line
  end if;
  insert into audit_detail (tenant_id, audit_id, customer_id, other_id, before, after)
    values (new.tenant_id, new.id, new.target_id::uuid, (new.after ->> 'source_id')::uuid, new.before, new.after);
  new.before := null;
  new.after := null;
  return new;
end
$$;
create trigger audit_of_customer before insert on audit for each row
  when (new.target_kind = 'customer' and new.target_id is not null and coalesce(new.before, new.after) is not null)
  execute function set_detail_apart();

-- The owner is held by the wall too: it is opened for these statements of the same transaction.
alter table audit no force row level security;
insert into audit_detail (tenant_id, audit_id, customer_id, other_id, before, after)
  select a.tenant_id, a.id, a.target_id::uuid, (a.after ->> 'source_id')::uuid, a.before, a.after from audit a
    where a.target_kind = 'customer' and a.target_id is not null and coalesce(a.before, a.after) is not null;
update audit set before = null, after = null
  where target_kind = 'customer' and target_id is not null and coalesce(before, after) is not null;
-- A line of an export may outlive whom its filter named.
update audit set after = after - 'q' || jsonb_strip_nulls(jsonb_build_object(
    'q', case when after ? 'q' then true end, 'attribute', after -> 'attribute' -> 0))
  where action = 'customer.export' and after ?| array['q', 'attribute'];
set constraints all immediate;
alter table audit force row level security;

-- One customer, with whoever was merged into him: what is asked, how far it is, and what proves it. No name.
-- origin: request, deletion (of the customer by hand), retention. status: waiting, running, done, failed, refused.
create table erasure (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  customer_id uuid not null,
  origin text not null,
  status text not null default 'waiting',
  reason text,
  requested_by uuid,
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  counts jsonb not null default '{}',
  receipt jsonb,
  primary key (tenant_id, id)
);
create unique index erasure_open on erasure (tenant_id, customer_id) where status in ('waiting', 'running');
create index erasure_by_time on erasure (tenant_id, requested_at desc, id desc);

-- Ids of what belongs to him, for the steps that come after their rows have gone. kind: customer, identity,
-- conversation, note, file.
create table erasure_subject (
  tenant_id uuid not null,
  erasure_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  primary key (tenant_id, erasure_id, kind, subject_id),
  foreign key (tenant_id, erasure_id) references erasure (tenant_id, id) on delete cascade
);
create index erasure_subject_by_id on erasure_subject (tenant_id, subject_id);

-- The reference has no cascade: who is held cannot be deleted by any way.
create table legal_hold (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  customer_id uuid not null,
  reason text not null,
  until timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id)
);
create index legal_hold_by_customer on legal_hold (tenant_id, customer_id);
create index legal_hold_by_time on legal_hold (tenant_id, created_at desc, id desc);

-- Days; null keeps for ever. No row: the terms of `domain/retention.py`.
create table retention (
  tenant_id uuid primary key references tenant (tenant_id) on delete cascade,
  conversations integer,
  customers integer,
  events integer,
  webhook_deliveries integer,
  audit integer check (audit >= 365),
  files integer,
  revision integer not null default 1,
  updated_at timestamptz not null default now()
);
create index webhook_delivery_by_time on webhook_delivery (tenant_id, created_at);
create index file_by_time on file (tenant_id, created_at);

select raise_wall('audit_detail', 'erasure', 'erasure_subject', 'legal_hold', 'retention');

-- Nobody deletes details but an erasure of that customer that is under way, and no erasure can be taken away again.
revoke update on audit_detail from omni_app;
create policy audit_detail_is_kept on audit_detail as restrictive for delete to omni_app using (exists (
  select from erasure_subject s join erasure e on e.tenant_id = s.tenant_id and e.id = s.erasure_id
    where s.tenant_id = audit_detail.tenant_id and e.status = 'running'
      and s.subject_id in (audit_detail.customer_id, audit_detail.other_id)));
revoke update, delete on erasure, erasure_subject from omni_app;
grant update (status, finished_at, counts, receipt) on erasure to omni_app;

-- Lines of the audit log end by the sweeper's role alone, once their term is over and nobody is held.
grant select (tenant_id, audit) on retention to omni_sweeper;
create policy sweeper_knows_terms on retention for select to omni_sweeper using (audit is not null);
grant select (tenant_id, until) on legal_hold to omni_sweeper;
create policy sweeper_knows_holds on legal_hold for select to omni_sweeper using (true);
grant select (tenant_id, id, at), delete on audit to omni_sweeper;
create function audit_is_over(t uuid, p_at timestamptz) returns boolean language sql stable as $$
  select exists (select r.audit from retention r
      where r.tenant_id = t and p_at < now() - make_interval(days => greatest(r.audit, 365)))
    and not exists (select h.until from legal_hold h where h.tenant_id = t and (h.until is null or h.until > now()))
$$;
create policy sweeper_sees_what_is_over on audit for select to omni_sweeper using (audit_is_over(tenant_id, at));
create policy sweeper_ends_what_is_over on audit for delete to omni_sweeper using (audit_is_over(tenant_id, at));

-- These customers, those they were merged into, and all that were merged into any of them.
create function customer_family(t uuid, p_customers uuid[]) returns setof uuid language sql stable as $$
  with recursive family (id) as (
    select unnest(p_customers)
    union
    select n.id from family f cross join lateral (
      select c.merged_into as id from customer c where c.tenant_id = t and c.id = f.id and c.merged_into is not null
      union all
      select c.id from customer c where c.tenant_id = t and c.merged_into = f.id) n)
  select id from family
$$;
-- Every customer that a hold keeps.
create function held_customers(t uuid) returns setof uuid language sql stable as $$
  select customer_family(t, array(select h.customer_id from legal_hold h
    where h.tenant_id = t and (h.until is null or h.until > now())))
$$;

-- Whether nobody has heard of a customer since a moment, and nobody holds him: retention takes him.
create function customer_is_idle(c customer, p_before timestamptz) returns boolean language sql stable as $$
  select c.merged_into is null and c.updated_at < p_before
    and not exists (select from conversation v where v.tenant_id = c.tenant_id and v.customer_id = c.id)
    and not exists (select from identity i
      where i.tenant_id = c.tenant_id and i.customer_id = c.id and i.last_seen_at >= p_before)
    and not exists (select from event e
      where e.tenant_id = c.tenant_id and e.customer_id = c.id and e.created_at >= p_before)
    and c.id not in (select held_customers(c.tenant_id))
$$;

-- As in 0002; a row of kind `gone` tells of a conversation that was erased, and is `left` for whoever reached it.
create or replace function read_changes(t uuid, p_cursor text, p_limit integer, s jsonb default null) returns jsonb
language plpgsql security invoker as $$
declare
  seen_xid xid8;
  seen_id bigint;
begin
  perform set_config('app.tenant', t::text, true);
  if p_cursor is null then
    return jsonb_build_object('conversations', '[]'::jsonb, 'left', '[]'::jsonb, 'cursor', coalesce((
      select c.xid::text || '.' || c.id from change c
        where c.tenant_id = t and c.xid < pg_snapshot_xmin(pg_current_snapshot()) order by c.xid desc, c.id desc limit 1), '0.0'));
  end if;
  seen_xid := split_part(p_cursor, '.', 1)::xid8;
  seen_id := split_part(p_cursor, '.', 2)::bigint;
  return (
    with news as materialized (
      select c.xid, c.id, c.kind, c.conversation_id, c.moved_from from change c
        where c.tenant_id = t and (c.xid, c.id) > (seen_xid, seen_id) and c.xid < pg_snapshot_xmin(pg_current_snapshot())
        order by c.xid, c.id limit p_limit)
    select jsonb_build_object(
      'conversations', coalesce((select jsonb_agg(distinct n.conversation_id) from news n where n.conversation_id is not null), '[]'::jsonb),
      'left', coalesce((
        select jsonb_agg(distinct n.conversation_id) from news n
          where n.moved_from is not null
            and reaches((n.moved_from ->> 'assignee')::uuid, (n.moved_from ->> 'department')::uuid, s)
            and (n.kind = 'gone' or (s is not null and exists (
              select from conversation c where c.tenant_id = t and c.id = n.conversation_id and not in_scope(c, s))))), '[]'::jsonb),
      'cursor', coalesce((select n.xid::text || '.' || n.id from news n order by n.xid desc, n.id desc limit 1), p_cursor),
      'more', (select count(*) = p_limit from news)));
end
$$;
grant execute on all functions in schema public to omni_app;
grant execute on function audit_is_over(uuid, timestamptz) to omni_sweeper;
revoke execute on function raise_wall(text[]) from omni_app, public;
