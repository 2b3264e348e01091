-- By what customers are found, kept once a statement and not once a row: an import writes a hundred at once. Measured
-- on 6,000 new customers in statements of a hundred: 1.1 s of Postgres's CPU, 6.7 s before.
drop trigger customer_is_found on customer;
drop trigger customer_is_found_again on customer;
drop function keep_customer_terms();

create function keep_terms_of_new() returns trigger language plpgsql as $$
begin
  -- A visitor of whom nothing is known, which is most that are made, is found by nothing.
  if exists (select from is_now c where coalesce(c.name, c.email, c.phone, c.external_id) is not null or c.tags <> '{}'
      or c.fields <> '{}' or c.consents <> '{}') then
    insert into customer_term (tenant_id, term, customer_id)
      select c.tenant_id, term, c.id from is_now c, customer_terms(c) term;
  end if;
  return null;
end
$$;
create trigger customer_is_found after insert on customer referencing new table as is_now for each statement
  execute function keep_terms_of_new();

create function keep_terms_of_changed() returns trigger language plpgsql as $$
declare
  changed uuid[] := array(
    select n.id from is_now n join was w on w.tenant_id = n.tenant_id and w.id = n.id
      where (w.name, w.email, w.phone, w.external_id, w.tags, w.fields, w.consents, w.merged_into)
        is distinct from (n.name, n.email, n.phone, n.external_id, n.tags, n.fields, n.consents, n.merged_into));
begin
  if changed <> '{}' then
    delete from customer_term t using is_now n
      where n.id = any (changed) and t.tenant_id = n.tenant_id and t.customer_id = n.id;
    insert into customer_term (tenant_id, term, customer_id)
      select n.tenant_id, term, n.id from is_now n, customer_terms(n) term where n.id = any (changed);
  end if;
  return null;
end
$$;
create trigger customer_is_found_again after update on customer
  referencing old table as was new table as is_now for each statement execute function keep_terms_of_changed();

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
