-- When a part had left: its status goes on to delivered and read, and `updated_at` with it.
alter table message_part add column sent_at timestamptz;
create function part_has_left() returns trigger language plpgsql as $$
begin
  new.sent_at := now();
  return new;
end
$$;
create trigger part_has_left before insert or update of status on message_part for each row
  when (new.sent_at is null and new.status in ('sent', 'delivered', 'read')) execute function part_has_left();

create index conversation_by_channel on conversation (tenant_id, channel_id, updated_at desc, id desc);

-- What went through a channel in the last 24 hours and 7 days. `median_ms`: from when a message was to leave until its
-- last part had left.
create function channel_statistics(t uuid, p_channel uuid) returns jsonb language plpgsql security invoker as $$
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
          and m.created_at >= now() - interval '7 days' and m.direction in ('inbound', 'outbound'))
    select jsonb_object_agg(span.name, (
        select jsonb_build_object(
            'inbound', count(*) filter (where r.direction = 'inbound'),
            'outbound', count(*) filter (where r.direction = 'outbound' and r.status in ('sent', 'delivered', 'read')),
            'failed', count(*) filter (where r.direction = 'outbound' and r.status = 'failed'),
            'uncertain', count(*) filter (where r.direction = 'outbound' and r.status = 'uncertain'),
            'waiting', count(*) filter (where r.direction = 'outbound' and r.status in ('pending', 'sending')),
            'median_ms', round(percentile_cont(0.5) within group (order by r.took_ms) filter (
              where r.took_ms is not null and r.status in ('sent', 'delivered', 'read'))))
          from recent r where r.created_at >= now() - span.length))
      from (values ('day', interval '24 hours'), ('week', interval '7 days')) as span (name, length));
end
$$;

-- Messages whose send ended badly, that nobody has decided about and that went nowhere else, the newest first; how many
-- there are, counted to 100. `p_channel` and `p_status` narrow both.
drop function list_troubled(uuid, timestamptz, uuid, integer, jsonb);
create function list_troubled(t uuid, p_before timestamptz, p_before_id uuid, p_limit integer, s jsonb, p_channel uuid,
  p_status text) returns jsonb language plpgsql security invoker as $$
begin
  perform set_config('app.tenant', t::text, true);
  return jsonb_build_object(
    'total', (select count(*) from (
      select from message m join conversation c on c.tenant_id = t and c.id = m.conversation_id
        where m.tenant_id = t and m.direction = 'outbound' and m.status in ('failed', 'uncertain') and in_scope(c, s)
          and not coalesce(m.content ? 'instead', false)
          and (p_channel is null or c.channel_id = p_channel) and (p_status is null or m.status = p_status)
        limit 100) counted),
    'items', coalesce((
      select jsonb_agg(jsonb_build_object('message', message_json(found.m), 'code', (
          select a.code from message_part a where a.tenant_id = t and a.message_id = (found.m).id and a.code is not null
          order by a.index limit 1),
        'customer', jsonb_build_object('id', u.id, 'name', u.name),
        'channel', jsonb_build_object('id', h.id, 'type', h.type, 'name', h.name))
        order by (found.m).created_at desc, (found.m).id desc)
      from (
        select m, c from message m join conversation c on c.tenant_id = t and c.id = m.conversation_id
          where m.tenant_id = t and m.direction = 'outbound' and m.status in ('failed', 'uncertain') and in_scope(c, s)
            and not coalesce(m.content ? 'instead', false)
            and (p_channel is null or c.channel_id = p_channel) and (p_status is null or m.status = p_status)
            and (p_before is null or (m.created_at, m.id) < (p_before, p_before_id))
          order by m.created_at desc, m.id desc limit p_limit) found
      join customer u on u.tenant_id = t and u.id = (found.c).customer_id
      join channel h on h.tenant_id = t and h.id = (found.c).channel_id), '[]'::jsonb));
end
$$;
