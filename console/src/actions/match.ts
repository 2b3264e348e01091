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

function normalise(text: string): string {
  return text.toLocaleLowerCase().replaceAll("ё", "е").trim();
}

function score(words: string, query: string): number {
  if (words.startsWith(query)) return 1;
  const at = words.indexOf(query);
  if (at > 0 && /[\s:«"(—-]/u.test(words[at - 1] as string)) return 0.85;
  if (at > 0) return 0.6;
  const parts = query.split(/\s+/u);
  if (parts.length > 1 && parts.every((part) => words.includes(part))) return 0.5;
  return isSubsequence(words, query) ? 0.2 : 0;
}

/** "tko" finds "take over": the letters in order, from three on, so that noise does not match all. */
function isSubsequence(words: string, query: string): boolean {
  if (query.length < 3) return false;
  let at = 0;
  for (const char of words) if (char === query[at]) at += 1;
  return at === query.length;
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
