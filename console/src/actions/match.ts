/**
 * How well a typed text fits a choice, 0 to 1, for cmdk. Looks at the words (`keywords`), not at the id. A
 * text typed with the keyboard in the other layout fits as well: "hfpj" is «разо», as in «разобрать».
 */
export function matchScore(_id: string, typed: string, keywords: string[] = []): number {
  const query = normalise(typed);
  if (!query) return 1;
  const other = normalise(swapLayout(typed));
  return Math.max(
    ...keywords.map((words) =>
      Math.max(score(normalise(words), query), 0.9 * score(normalise(words), other)),
    ),
  );
}

const WORD_BREAK = /[\s:«"(—-]/u;
const ABBREVIATED = 0.2;

function normalise(text: string): string {
  return text.toLocaleLowerCase().replaceAll("ё", "е").trim();
}

function score(words: string, query: string): number {
  if (words.startsWith(query)) return 1;
  const at = words.indexOf(query);
  if (at > 0 && WORD_BREAK.test(words[at - 1] as string)) return 0.85;
  if (at > 0) return 0.6;
  const parts = query.split(/\s+/u);
  if (parts.length > 1 && parts.every((part) => words.includes(part))) return 0.5;
  return isAbbreviation(words, query) ? ABBREVIATED : 0;
}

/** "tko" finds "take over": three letters or more in order, from the beginning of a word and not far apart. */
function isAbbreviation(words: string, query: string): boolean {
  if (query.length < 3) return false;
  return [...words].some((_, from) => {
    if (from > 0 && !WORD_BREAK.test(words[from - 1] as string)) return false;
    let at = 0;
    for (const char of words.slice(from, from + 2 * query.length)) if (char === query[at]) at += 1;
    return at === query.length;
  });
}

/** Whether what was typed stands in one of these texts, in either layout of the keyboard. */
export function contains(typed: string, texts: string[]): boolean {
  return matchScore("", typed, texts) > ABBREVIATED;
}

const LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё";

/** The text as it would have been on the other keyboard layout. */
export function swapLayout(text: string): string {
  return [...text.toLocaleLowerCase()]
    .map((char) => {
      const latin = LATIN.indexOf(char);
      if (latin >= 0) return CYRILLIC[latin];
      const cyrillic = CYRILLIC.indexOf(char);
      return cyrillic >= 0 ? LATIN[cyrillic] : char;
    })
    .join("");
}
