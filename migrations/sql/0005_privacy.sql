-- Privacy: files, exports, erasures, retention, holds.
select 1;
