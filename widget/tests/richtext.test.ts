import { describe, expect, test } from "vitest";
import {
  countCharacters,
  type Inline,
  isBlank,
  keepNumbers,
  parseText,
  safeHref,
} from "../src/chat/richtext";

function inline(text: string, marked = true): Inline[] {
  const block = parseText(text, marked)[0];
  return block?.kind === "paragraph" ? (block.lines[0] as Inline[]) : [];
}

const links = (text: string, marked = true) =>
  inline(text, marked).flatMap((piece) => (piece.kind === "link" ? [piece.href] : []));

describe("links", () => {
  test("of http, https, mailto and tel are followed, and addresses of e-mail", () => {
    const text = "https://a.example/x http://b.example mailto:c@d.example tel:+79991234567 e@f.example";
    expect(links(text, false)).toEqual([
      "https://a.example/x",
      "http://b.example/",
      "mailto:c@d.example",
      "tel:+79991234567",
      "mailto:e@f.example",
    ]);
  });

  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example",
    "/relative",
    "",
  ])("of another kind are not: %j", (address) => {
    expect(safeHref(address)).toBeNull();
    expect(links(`[press](${address})`)).toEqual([]);
    expect(
      inline(`[press](${address})`)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(`[press](${address})`);
  });

  test("end before the sentence does, brackets inside them stay", () => {
    expect(links("(see https://a.example/b), or https://a.example/x_(y).")).toEqual([
      "https://a.example/b",
      "https://a.example/x_(y)",
    ]);
    expect(links("Это «https://a.example/ы»?")).toEqual(["https://a.example/%D1%8B"]);
  });

  test("with words belong to bots; people's brackets stay brackets", () => {
    expect(inline("[Tea](https://a.example)")).toEqual([
      { kind: "link", text: "Tea", href: "https://a.example/" },
    ]);
    expect(inline("[Tea](https://a.example)", false)[0]).toEqual({ kind: "text", text: "[Tea](" });
  });
});

describe("a bot's text", () => {
  test("has paragraphs, lines, bold, headings and lists", () => {
    const blocks = parseText("# Title\nOne\ntwo **bold**\n\nThree\n- a\n- b\n1. x\n2. y", true);
    expect(blocks.map((block) => block.kind)).toEqual(["heading", "paragraph", "paragraph", "list", "list"]);
    expect(blocks[1]).toMatchObject({
      lines: [[{ text: "One" }], [{ text: "two " }, { kind: "strong", text: "bold" }]],
    });
    expect(blocks[3]).toMatchObject({ ordered: false, items: [[{ text: "a" }], [{ text: "b" }]] });
    expect(blocks[4]).toMatchObject({ ordered: true, start: 1 });
  });

  test("a person's text keeps every character", () => {
    const text = "# 2 * 3 **x**";
    expect(parseText(text, false)).toEqual([{ kind: "paragraph", lines: [[{ kind: "text", text }]] }]);
    expect(parseText("- a", false)).toMatchObject([{ kind: "paragraph" }]);
  });

  test("markup is text", () => {
    expect(inline("<img src=x onerror=alert(1)>")).toEqual([
      { kind: "text", text: "<img src=x onerror=alert(1)>" },
    ]);
  });
});

test("no text of the longest size takes long", () => {
  const start = performance.now();
  for (const part of ["a", "a.", "[", "**", "(", "http://", "[a](", "a@", "- ", "@a.", ")", "1. "]) {
    parseText(part.repeat(8000 / part.length), true);
    parseText(`http://a${part.repeat(8000 / part.length)}`, false);
  }
  expect(performance.now() - start).toBeLessThan(3000);
});

test("an emoji is one character, as the server counts", () => {
  expect(countCharacters("a😀я")).toBe(3);
});

test("nothing to see is blank, whatever characters it is made of", () => {
  for (const text of [
    "",
    " \n\t",
    "\u00a0",
    "\u200b\u200d\ufeff",
    "\u0000\u001b",
    "\u00ad",
    "\u3164",
    "\u2800",
    "\ufe0f",
  ]) {
    expect(isBlank(text), JSON.stringify(text)).toBe(true);
    expect(parseText(text, false)).toEqual([]);
  }
  for (const text of ["a", ".", "\u200bя", "👩‍👩‍👧", "🇷🇺", "مرحبا", "\u200b\u0301e"])
    expect(isBlank(text), text).toBe(false);
});

describe("a number and what it counts stay on one line", () => {
  test.each([
    ["от 3 000 ₽ за 100 г", "от 3_000_₽ за 100_г"],
    ["1 250 000 руб., 15 %, 85 °C", "1_250_000_руб., 15_%, 85_°C"],
    ["$ 20, 20 €, 5 kg and 40 min", "$ 20, 20_€, 5_kg and 40_min"],
    ["сумма (12 500), 5 кг.", "сумма (12_500), 5_кг."],
    // A preposition, a word, a date and a list are not measures.
    ["в 10 с утра, 5 городов, 5 главных", "в 10 с утра, 5 городов, 5 главных"],
    ["8 800 000-12-34", "8_800_000-12-34"],
    ["25 ноября 2026 года", "25 ноября 2026 года"],
    ["1. 300 м", "1. 300_м"],
  ])("%s", (text, kept) => {
    expect(keepNumbers(text).replaceAll("\u00a0", "_")).toBe(kept);
  });

  test("in an answer, whose link, list and text are the same otherwise", () => {
    expect(inline("**3 000 ₽** https://a.example/1 000", true)).toMatchObject([
      { kind: "strong", text: "3\u00a0000\u00a0₽" },
      {},
      { kind: "link", href: "https://a.example/1" },
      { text: "\u00a0000" },
    ]);
  });
});
