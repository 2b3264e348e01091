-- Customers: notes, consents, attributes, merges.
select 1;
