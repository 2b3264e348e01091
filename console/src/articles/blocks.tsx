import type { ReactNode } from "react";
import type { Block, Span } from "./articles-api";

/* Blocks and spans of one text never change their order: their places are their keys. */

/** A text as its structure: no markup of the writer's reaches the page. */
export function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return blocks.map((block, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <OneBlock key={at} block={block} />
  ));
}

function OneBlock({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case "heading": {
      const Heading = `h${Math.min(block.level + 2, 6)}` as "h3";
      return (
        <Heading>
          <Spans spans={block.spans} />
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p>
          <Spans spans={block.spans} />
        </p>
      );
    case "list": {
      const items = block.items.map((each, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={at}>
          <Blocks blocks={each} />
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case "quote":
      return (
        <blockquote>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case "code":
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      );
    case "table":
      return <Table head={block.head} rows={block.rows} />;
    case "rule":
      return <hr />;
  }
}

function Table({ head, rows }: { head: Span[][]; rows: Span[][][] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <th key={at} scope="col">
              <Spans spans={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <tr key={at}>
            {row.map((cell, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <td key={place}>
                <Spans spans={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Spans({ spans }: { spans: readonly Span[] }) {
  return spans.map((span, at) => {
    let shown: ReactNode = span.text === "\n" ? <br /> : span.text;
    if (span.code) shown = <code>{shown}</code>;
    if (span.emphasis) shown = <em>{shown}</em>;
    if (span.strong) shown = <strong>{shown}</strong>;
    if (span.href && /^(https?:\/\/|mailto:|tel:)/i.test(span.href))
      shown = (
        <a href={span.href} target="_blank" rel="noreferrer noopener">
          {shown}
        </a>
      );
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    return <span key={at}>{shown}</span>;
  });
}
