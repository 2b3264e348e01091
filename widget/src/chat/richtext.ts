/**
 * Texts of messages as a tree of plain data, drawn with text nodes only: what a customer, an operator or a
 * model wrote is never read as markup. Bots may use a little Markdown (lists, bold, links with words);
 * people's texts keep every character and get line breaks and links.
 */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong"; text: string }
  | { kind: "link"; text: string; href: string };

export type Block =
  | { kind: "paragraph"; lines: Inline[][] }
  | { kind: "heading"; line: Inline[] }
  | { kind: "list"; ordered: boolean; start: number; items: Inline[][] };

// Schemes a link may have; a bare e-mail address becomes mailto.
const BARE = /(?:https?:\/\/|mailto:|tel:)[^\s<>"«»]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/giu;
const MARKED = /\*\*(?!\s)([^*\n]+?)\*\*|\[([^\]\n]{1,300})\]\(([^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)/gu;
const ITEM = /^\s{0,3}(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/u;
const HEADING = /^\s{0,3}#{1,6}\s+(.*?)\s*#*$/u;

/** The address when it may be followed: http, https, mailto or tel; null for anything else. */
export function safeHref(address: string | null | undefined): string | null {
  if (!address) return null;
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The path alone: our policy lets in what is of our own origin, whatever name the deployment gives itself. */
export function ownPath(address: string): string {
  const { pathname, search, protocol } = new URL(address, location.href);
  return protocol === "blob:" ? address : pathname + search;
}

/** Punctuation that ends the sentence, not the address; a closing bracket stays when it was opened inside. */
function trimAddress(found: string): string {
  let address = found.replace(/[.,;:!?…'*]+$/u, "");
  while (address.endsWith(")") && address.split("(").length < address.split(")").length) {
    address = address.slice(0, -1).replace(/[.,;:!?…]+$/u, "");
  }
  return address;
}

function linkify(text: string): Inline[] {
  const parts: Inline[] = [];
  let done = 0;
  for (const match of text.matchAll(BARE)) {
    const address = trimAddress(match[0]);
    const href = safeHref(/^(https?:|mailto:|tel:)/i.test(address) ? address : `mailto:${address}`);
    if (!href) continue;
    if (match.index > done) parts.push({ kind: "text", text: text.slice(done, match.index) });
    parts.push({ kind: "link", text: address.replace(/^(mailto|tel):/i, ""), href });
    done = match.index + address.length;
  }
  if (done < text.length) parts.push({ kind: "text", text: text.slice(done) });
  return parts;
}

function parseMarked(text: string): Inline[] {
  const parts: Inline[] = [];
  let done = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, strong, label, address] = match;
    const href = safeHref(address);
    if (strong === undefined && !href) continue;
    parts.push(...linkify(text.slice(done, match.index)));
    if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else parts.push({ kind: "link", text: label as string, href: href as string });
    done = match.index + whole.length;
  }
  return [...parts, ...linkify(text.slice(done))];
}

function parseLines(text: string, inline: (line: string) => Inline[], marked: boolean): Block[] {
  const blocks: Block[] = [];
  let open = false;
  for (const line of text.split("\n")) {
    const last = blocks.at(-1);
    const item = marked ? ITEM.exec(line) : null;
    const heading = marked ? HEADING.exec(line) : null;
    if (isBlank(line)) open = false;
    else if (heading) {
      blocks.push({ kind: "heading", line: inline(heading[1] as string) });
      open = false;
    } else if (item) {
      const ordered = item[1] !== undefined;
      const content = inline(item[2] as string);
      if (last?.kind === "list" && last.ordered === ordered) last.items.push(content);
      else blocks.push({ kind: "list", ordered, start: Number(item[1] ?? 1), items: [content] });
      open = false;
    } else if (open && last?.kind === "paragraph") last.lines.push(inline(line));
    else {
      blocks.push({ kind: "paragraph", lines: [inline(line)] });
      open = true;
    }
  }
  return blocks;
}

const THOUSANDS = /\b\d{1,3}(?: \d{3}){1,3}\b/g;
const UNITS =
  "руб|коп|тыс|млн|млрд|шт|мг|г|гр|кг|т|мл|л|мм|см|м|км|мин|ч|сек|usd|eur|rub|mg|g|kg|ml|l|mm|cm|m|km|min|h|pcs|oz|lb";
const MEASURED = new RegExp(`(\\d) (?=[\\p{Sc}%°]|(?:${UNITS})(?![\\p{L}\\d]))`, "giu");

/** Keeps a number's groups, and a number and its unit or currency, on one line; only the kind of space changes. */
export function keepNumbers(text: string): string {
  return text.replace(THOUSANDS, (number) => number.replaceAll(" ", "\u00a0")).replace(MEASURED, "$1\u00a0");
}

export function parseText(text: string, marked: boolean): Block[] {
  return parseLines(keepNumbers(text).replace(/\r\n?/g, "\n"), marked ? parseMarked : linkify, marked);
}

// Spaces, control and format characters, fillers, the empty Braille cell: nothing that leaves ink.
const INK = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Nothing to see, whatever characters it holds: the server refuses it as empty. */
export function isBlank(text: string): boolean {
  return !INK.test(text);
}

/** Length as the server counts it: characters, an emoji is not two. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
