import { type Block, type Inline, parseText } from "../richtext";
import { t } from "../texts";

function Piece({ piece }: { piece: Inline }) {
  if (piece.kind === "strong") return <strong>{piece.text}</strong>;
  if (piece.kind === "text") return <>{piece.text}</>;
  // Mail and calls open no tab, but keep the target: a mail page in this frame would be the end of the chat.
  return (
    <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
      {piece.text}
      {piece.href.startsWith("http") && <span class="sr"> ({t("link.new")})</span>}
    </a>
  );
}

const line = (pieces: Inline[]) => pieces.map((piece, at) => <Piece key={at} piece={piece} />);

function Part({ block }: { block: Block }) {
  if (block.kind === "heading")
    return (
      <p dir="auto" class="heading">
        {line(block.line)}
      </p>
    );
  if (block.kind === "list") {
    const items = block.items.map((item, at) => (
      <li key={at} dir="auto">
        {line(item)}
      </li>
    ));
    return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
  }
  return (
    <p dir="auto">
      {block.lines.map((pieces, at) => (
        <span key={at}>
          {at > 0 && <br />}
          {line(pieces)}
        </span>
      ))}
    </p>
  );
}

/** A message's text, by text nodes. `marked`: a bot wrote it and may use Markdown's lists, bold and links. */
export function Text({ text, marked }: { text: string; marked: boolean }) {
  const blocks = parseText(text, marked);
  if (blocks.length === 0) return <p class="muted">{t("message.empty")}</p>;
  return (
    <div class="text">
      {blocks.map((block, at) => (
        <Part key={at} block={block} />
      ))}
    </div>
  );
}
