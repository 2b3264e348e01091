import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { safeHref } from "../richtext";
import { locale, t } from "../texts";
import type { Article, ArticleBlock, Span } from "../types";
import { Answer, useAnswer, useArrival } from "./loading";
import { v } from "./texts";

const SEARCH_AFTER_MS = 250;

function useCalm(text: string): string {
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(text.trim()), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return calm;
}

/** Help articles: by topic, or those that hold the words asked for, best first. */
export function Articles({ chat }: { chat: Chat }) {
  const [text, setText] = useState("");
  const [category, setCategory] = useState("");
  const words = useCalm(text);
  const field = useArrival<HTMLInputElement>();
  const [got, again] = useAnswer(() => chat.ask.articles(words, category), [words, category, locale.value]);
  return (
    <div class="view">
      <input
        ref={field}
        type="search"
        class="input"
        aria-label={v("articles.search")}
        placeholder={v("articles.search")}
        value={text}
        maxLength={200}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <Answer
        got={got}
        again={again}
        draw={({ items, categories }) => (
          <>
            {categories.length > 1 && (
              <fieldset class="buttons topics" aria-label={v("articles.all")}>
                {[{ name: "" }, ...categories].map(({ name }) => (
                  <button
                    key={name}
                    type="button"
                    aria-pressed={name === category}
                    onClick={() => setCategory(name)}
                  >
                    {name || v("articles.all")}
                  </button>
                ))}
              </fieldset>
            )}
            <p class={items.length ? "sr" : "line"} role="status">
              {items.length ? v("articles.found", { count: items.length }) : v("articles.none")}
            </p>
            <ul class="list">
              {items.map(({ id, title, excerpt }) => (
                <li key={id}>
                  <button type="button" onClick={() => chat.see("article", id)}>
                    <strong dir="auto">{title}</strong>
                    <span dir="auto">{excerpt}</span>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      />
    </div>
  );
}

function Piece({ span }: { span: Span }) {
  const href = safeHref(span.href);
  if (href) {
    return (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {span.text}
        {href.startsWith("http") && <span class="sr"> ({t("link.new")})</span>}
      </a>
    );
  }
  if (span.code) return <code>{span.text}</code>;
  if (span.strong) return <strong>{span.text}</strong>;
  if (span.emphasis) return <em>{span.text}</em>;
  return <>{span.text}</>;
}

const line = (spans: Span[]) => spans.map((span, at) => <Piece key={at} span={span} />);
const blocks = (all: ArticleBlock[]) => all.map((block, at) => <Block key={at} block={block} />);

/** Headings begin below the title of the page, and go no deeper than there are. */
function Heading({ level, spans }: { level: number; spans: Span[] }) {
  const Tag = `h${Math.min(6, Math.max(1, level) + 2)}` as "h3";
  return <Tag dir="auto">{line(spans)}</Tag>;
}

function Table({ head, rows }: { head: Span[][]; rows: Span[][][] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="scroll" tabIndex={0} aria-label={head.map((cell) => cell[0]?.text).join(", ")}>
      <table>
        <thead>
          <tr>
            {head.map((cell, at) => (
              <th key={at} scope="col">
                {line(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column}>{line(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Block({ block }: { block: ArticleBlock }) {
  switch (block.kind) {
    case "heading":
      return <Heading level={block.level} spans={block.spans} />;
    case "paragraph":
      return <p dir="auto">{line(block.spans)}</p>;
    case "quote":
      return <blockquote>{blocks(block.blocks)}</blockquote>;
    case "code":
      return <pre>{block.text}</pre>;
    case "rule":
      return <hr />;
    case "table":
      return <Table head={block.head} rows={block.rows} />;
    case "list": {
      const items = block.items.map((item, at) => <li key={at}>{blocks(item)}</li>);
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    default:
      // Of a newer server: what this release cannot draw is left out.
      return null;
  }
}

function Helpful({ chat, id }: { chat: Chat; id: string }) {
  const [said, setSaid] = useState<"no" | "yes" | "failed" | null>(null);
  const say = async (helpful: boolean) => {
    setSaid(helpful ? "yes" : "no");
    await chat.ask.judge(id, helpful).catch(() => setSaid("failed"));
  };
  const answered = said === "yes" || said === "no";
  return (
    <div class="helpful">
      <p id="helpful">{v("article.helpful")}</p>
      <fieldset class="buttons" aria-labelledby="helpful">
        {(["yes", "no"] as const).map((word) => (
          <button
            key={word}
            type="button"
            aria-pressed={said === word}
            onClick={() => void say(word === "yes")}
          >
            {v(`article.${word}`)}
          </button>
        ))}
      </fieldset>
      <p role="status">{answered ? v("article.thanks") : said ? t("view.failed") : ""}</p>
    </div>
  );
}

function Read({ chat, article }: { chat: Chat; article: Article }) {
  const title = useArrival<HTMLHeadingElement>();
  const ask = () => {
    chat.write(v("article.question", { title: article.title }));
    chat.see("chat");
  };
  return (
    <article>
      <h2 ref={title} tabIndex={-1} dir="auto">
        {article.title}
      </h2>
      <div class="text">{blocks(article.blocks)}</div>
      <Helpful chat={chat} id={article.id} />
      <button type="button" class="main" onClick={ask}>
        {v("article.ask")}
      </button>
    </article>
  );
}

/** One article to read, to judge, and to ask about. */
export function ArticlePage({ chat, id }: { chat: Chat; id: string }) {
  const [got, again] = useAnswer(() => chat.ask.article(id), [id]);
  return (
    <div class="view">
      <Answer
        got={got}
        again={again}
        gone={v("article.gone")}
        draw={(article) => <Read chat={chat} article={article} />}
      />
    </div>
  );
}
