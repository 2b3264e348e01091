-- Customers: what people write of them, what they agreed to, what a tenant wants to know of them, and merges.

alter table customer
  add column external_id text,
  add column tags text[] not null default '{}',
  add column consents jsonb not null default '{}',
  add column revision integer not null default 1,
  add column merged_into uuid,
  add column created_by uuid,
  add column updated_at timestamptz not null default now(),
  add foreign key (tenant_id, merged_into) references customer (tenant_id, id) on delete cascade;
create unique index customer_by_external_id on customer (tenant_id, external_id) where merged_into is null;
create index customer_by_merged_id on customer (tenant_id, external_id) where merged_into is not null;
create index customer_by_creation on customer (tenant_id, created_at desc, id desc) where merged_into is null;
create index customer_by_target on customer (tenant_id, merged_into);
create index identity_by_customer on identity (tenant_id, customer_id);
drop index if exists conversation_by_customer;
create index conversation_by_customer on conversation (tenant_id, customer_id, created_at desc, id desc);

-- By what a customer is found. A table of its own, for below row security only a leakproof comparison reaches an
-- index (R11): each term is a kind and a value, and a prefix of it is a range. Kept by a trigger.
create table customer_term (
  tenant_id uuid not null,
  term text collate "C" not null,
  customer_id uuid not null,
  primary key (tenant_id, term, customer_id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create index customer_term_by_customer on customer_term (tenant_id, customer_id);

create table customer_note (
  tenant_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  author_id uuid not null,
  author_name text not null,
  text text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create index customer_note_by_customer on customer_note (tenant_id, customer_id, created_at desc, id desc);

-- What a merge changed, for its undo: the columns of the target before and after, and the ids that moved.
create table customer_merge (
  tenant_id uuid not null,
  id uuid not null,
  target_id uuid not null,
  source_id uuid not null,
  before jsonb not null,
  after jsonb not null,
  moved jsonb not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  undone_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, target_id) references customer (tenant_id, id) on delete cascade,
  foreign key (tenant_id, source_id) references customer (tenant_id, id) on delete cascade
);
create index customer_merge_by_target on customer_merge (tenant_id, target_id, created_at desc);
create index customer_merge_by_source on customer_merge (tenant_id, source_id, created_at desc);

-- What a tenant wants to know of its customers and conversations; the values stand in their `fields`.
create table attribute (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  id uuid not null,
  subject text not null,
  key text not null,
  name jsonb not null,
  kind text not null,
  options text[] not null default '{}',
  required boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, subject, key)
);

-- Kinds: w word of the name, e address, p digits of the phone, d its last ten, x external id, t tag, a attribute,
-- c consent. Cut, so that a row fits into a page of the index.
create function customer_terms(c customer) returns setof text language sql stable as $$
  select distinct left(term, 200) from (
    select 'w:' || word from regexp_split_to_table(lower(c.name), '[\s"''«»„“”().,;:/-]+') word where word <> ''
    union all select 'e:' || lower(c.email) where c.email is not null
    union all select kind || digits from (select regexp_replace(c.phone, '\D', '', 'g') as phone) f
      cross join lateral (values ('p:', f.phone), ('d:', right(f.phone, 10))) v (kind, digits) where digits <> ''
    union all select 'x:' || lower(c.external_id) where c.external_id is not null
    union all select 't:' || tag from unnest(c.tags) tag
    union all select 'a:' || key || '=' || (value #>> '{}') from jsonb_each(c.fields) where value <> 'null'::jsonb
    union all select 'c:' || key || '=' || (value ->> 'status') from jsonb_each(c.consents)
  ) found (term) where c.merged_into is null and term is not null
$$;
create function keep_customer_terms() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from customer_term t where t.tenant_id = new.tenant_id and t.customer_id = new.id;
  end if;
  insert into customer_term (tenant_id, term, customer_id)
    select new.tenant_id, term, new.id from customer_terms(new) term;
  return null;
end
$$;
create trigger customer_is_found after insert on customer for each row
  when (coalesce(new.name, new.email, new.phone, new.external_id) is not null or new.tags <> '{}'
        or new.fields <> '{}' or new.consents <> '{}')
  execute function keep_customer_terms();
create trigger customer_is_found_again after update on customer for each row
  when ((old.name, old.email, old.phone, old.external_id, old.tags, old.fields, old.consents, old.merged_into)
        is distinct from
        (new.name, new.email, new.phone, new.external_id, new.tags, new.fields, new.consents, new.merged_into))
  execute function keep_customer_terms();

-- Whoever changes a customer, a visitor by `identify` too, makes the revision that others have read a stale one.
create function revise_customer() returns trigger language plpgsql as $$
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  return new;
end
$$;
create trigger customer_is_revised before update on customer for each row
  when (to_jsonb(old) is distinct from to_jsonb(new)) execute function revise_customer();

-- A conversation that begins while its customer is being merged belongs to the one who remains: the lock waits for
-- the merge, and then sees it.
create function follow_merge() returns trigger language plpgsql as $$
declare
  target uuid;
begin
  loop
    select c.merged_into into target from customer c
      where c.tenant_id = new.tenant_id and c.id = new.customer_id for key share;
    exit when target is null;
    new.customer_id := target;
  end loop;
  return new;
end
$$;
create trigger conversation_follows_merge before insert on conversation for each row execute function follow_merge();

-- Whether a person reaches a conversation. s: {kind, user, departments}, as domain/customer_reach.py writes it.
create function reaches_conversation(c conversation, s jsonb) returns boolean language sql stable as $$
  select case s ->> 'kind'
    when 'all' then true
    when 'departments' then c.department_id is null or c.assignee_id = (s ->> 'user')::uuid
      or s -> 'departments' ? c.department_id::text
    else c.assignee_id = (s ->> 'user')::uuid end
$$;
-- Whether he reaches a customer: by one of his conversations, or because he made him.
create function customer_in_reach(c customer, s jsonb) returns boolean language sql stable as $$
  select s ->> 'kind' = 'all' or c.created_by = (s ->> 'user')::uuid or exists (
    select from conversation v where v.tenant_id = c.tenant_id and v.customer_id = c.id and reaches_conversation(v, s))
$$;

-- The owner is held by the wall too: it is opened for this one statement of the same transaction.
alter table customer no force row level security;
insert into customer_term (tenant_id, term, customer_id)
  select c.tenant_id, term, c.id from customer c, customer_terms(c) term;
alter table customer force row level security;

select raise_wall('customer_term', 'customer_note', 'customer_merge', 'attribute');
grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
