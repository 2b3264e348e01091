const CYRILLIC: Record<string, string> = {
  ...Object.fromEntries(
    [..."абвгдеёзийклмнопрстуфыэіґ"].map((from, at) => [from, "abvgdeeziyklmnoprstufyeig"[at]]),
  ),
  ж: "zh",
  х: "kh",
  ц: "ts",
  ч: "ch",
  ш: "sh",
  щ: "shch",
  ъ: "",
  ь: "",
  ю: "yu",
  я: "ya",
  ї: "yi",
  є: "ye",
};
const LONGEST = 40;

/** The slug that a workspace's name becomes, as the server makes it (domain/slugs.py); a taken one gets an end. */
export function slugOf(name: string): string {
  const spelt = [...name.normalize("NFKC").toLowerCase()].map((each) => CYRILLIC[each] ?? each).join("");
  const plain = spelt.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  const slug = plain.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return slug.slice(0, LONGEST).replaceAll(/^-+|-+$/g, "") || "workspace";
}
