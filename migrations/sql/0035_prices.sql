-- What a message cost: providers that charge by the message tell it some time after, for each part.
alter table message_part
  add column segments integer,
  add column price numeric(14, 6),
  add column price_unit text;
create index message_part_by_sending on message_part (tenant_id, channel_id, sent_at desc);

-- Since when parts of a channel have left whose price nobody has told yet; null: there are none. One that left a moment
-- ago has none yet, and one that has none after a day will have none.
create function unpriced_since(t uuid, p_channel uuid) returns timestamptz language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return (
    select min(a.sent_at) from message_part a
      where a.tenant_id = t and a.channel_id = p_channel and a.external_id is not null and a.price is null
        and a.sent_at between now() - interval '24 hours' and now() - interval '1 minute');
end
$$;

-- What the provider tells of prices, by its own ids: [{id, amount, unit, segments}]. Gives how many parts have a new one.
create function keep_prices(t uuid, p_channel uuid, p_prices jsonb) returns integer language plpgsql security invoker as $$
declare
  changed integer;
begin
  perform set_config('app.tenant', t::text, true);
  with told as (
    select e ->> 'id' as id, (e ->> 'amount')::numeric as amount, e ->> 'unit' as unit, (e ->> 'segments')::int as segments
      from jsonb_array_elements(p_prices) e)
  update message_part a set price = told.amount, price_unit = told.unit, segments = coalesce(told.segments, a.segments)
    from told
    where a.tenant_id = t and a.channel_id = p_channel and a.external_id = told.id
      and (a.price, a.price_unit) is distinct from (told.amount, told.unit);
  get diagnostics changed = row_count;
  return changed;
end
$$;

-- As before, with the segments of what has left and what it cost, by currency, as far as its provider has told.
create or replace function channel_statistics(t uuid, p_channel uuid) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return (
    with recent as (
      select m.direction, m.status, m.created_at,
          extract(epoch from left_at - greatest(m.created_at, m.not_before)) * 1000 as took_ms
        from conversation c
          join message m on m.tenant_id = t and m.conversation_id = c.id
          left join lateral (select max(a.sent_at) as left_at from message_part a
            where m.direction = 'outbound' and a.tenant_id = t and a.message_id = m.id) parts on true
        where c.tenant_id = t and c.channel_id = p_channel and c.updated_at >= now() - interval '7 days'
          and m.created_at >= now() - interval '7 days' and m.direction in ('inbound', 'outbound')),
    charged as (
      select a.sent_at, a.segments, a.price, a.price_unit from message_part a
        where a.tenant_id = t and a.channel_id = p_channel and a.sent_at >= now() - interval '7 days'
          and a.price is not null)
    select jsonb_object_agg(span.name, (
        select jsonb_build_object(
            'inbound', count(*) filter (where r.direction = 'inbound'),
            'outbound', count(*) filter (where r.direction = 'outbound' and r.status in ('sent', 'delivered', 'read')),
            'failed', count(*) filter (where r.direction = 'outbound' and r.status = 'failed'),
            'uncertain', count(*) filter (where r.direction = 'outbound' and r.status = 'uncertain'),
            'waiting', count(*) filter (where r.direction = 'outbound' and r.status in ('pending', 'sending')),
            'median_ms', round(percentile_cont(0.5) within group (order by r.took_ms) filter (
              where r.took_ms is not null and r.status in ('sent', 'delivered', 'read'))))
          from recent r where r.created_at >= now() - span.length)
      || jsonb_build_object(
        'segments', (select coalesce(sum(a.segments), 0) from charged a where a.sent_at >= now() - span.length),
        'costs', (
          select coalesce(jsonb_agg(jsonb_build_object('currency', of_one.price_unit, 'amount', trim_scale(of_one.total)::text)
              order by of_one.price_unit), '[]')
            from (
              select a.price_unit, sum(a.price) as total from charged a
                where a.sent_at >= now() - span.length group by a.price_unit) of_one)))
      from (values ('day', interval '24 hours'), ('week', interval '7 days')) as span (name, length));
end
$$;

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
