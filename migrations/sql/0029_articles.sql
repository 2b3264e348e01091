-- Help articles: documents that a widget shows, found by their words, and what visitors think of them.

-- kind: document, article. What is an article and published is public. `search` is made by the database: the title before
-- the text, in the language's own forms; a text is cut where no words of it would fit into a tsvector any more.
alter table knowledge_document
  add column kind text not null default 'document',
  add column category text,
  add column position integer not null default 0,
  add column published_at timestamptz,
  add column search tsvector generated always as (
    case when kind <> 'article' then null
      when locale = 'ru' then setweight(to_tsvector('russian'::regconfig, title), 'A')
        || setweight(to_tsvector('russian'::regconfig, left(markdown, 200000)), 'B')
      else setweight(to_tsvector('english'::regconfig, title), 'A')
        || setweight(to_tsvector('english'::regconfig, left(markdown, 200000)), 'B') end) stored;
create index knowledge_document_published on knowledge_document (tenant_id, locale, category, position)
  where kind = 'article' and published_at is not null;

create table article_feedback (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  document_id uuid not null,
  customer_id uuid not null,
  helpful boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, document_id, customer_id),
  foreign key (tenant_id, document_id) references knowledge_document (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade
);
create index article_feedback_by_customer on article_feedback (tenant_id, customer_id);
select raise_wall('article_feedback');

-- Published articles of a language and its categories: in their order, or best first where words are asked for. The last
-- word may be half typed: it fits what begins so.
create function list_articles(t uuid, p_locale text, p_q text, p_category text, p_limit integer) returns jsonb
language plpgsql security invoker as $$
declare
  asked tsquery;
begin
  perform set_config('app.tenant', t::text, true);
  if p_q is not null then
    asked := websearch_to_tsquery(case p_locale when 'ru' then 'russian' else 'english' end::regconfig, p_q);
    asked := case when asked::text = '' then asked else (asked::text || ':*')::tsquery end;
  end if;
  return jsonb_build_object(
    'items', coalesce((
      select jsonb_agg(jsonb_build_object('id', d.id, 'slug', d.slug, 'locale', d.locale, 'title', d.title,
          'category', d.category, 'beginning', left(d.markdown, 2000), 'updated_at', iso(d.updated_at)) order by d.place)
        from (
          select a.*, row_number() over (
              order by ts_rank(a.search, asked) desc nulls last, a.category nulls last, a.position, a.title, a.id) as place
            from knowledge_document a
            where a.tenant_id = t and a.kind = 'article' and a.published_at is not null and a.locale = p_locale
              and (p_category is null or a.category = p_category) and (p_q is null or a.search @@ asked)
            order by place limit p_limit) d), '[]'::jsonb),
    'categories', coalesce((
      select jsonb_agg(jsonb_build_object('name', g.category, 'articles', g.articles) order by g.category)
        from (
          select a.category, count(*) as articles from knowledge_document a
            where a.tenant_id = t and a.kind = 'article' and a.published_at is not null and a.locale = p_locale
              and a.category is not null
            group by a.category) g), '[]'::jsonb));
end
$$;

grant execute on all functions in schema public to omni_app;
revoke execute on function raise_wall(text[]) from omni_app, public;
