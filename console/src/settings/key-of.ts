const LATIN: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ..."а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:sch ъ: ы:y ь: э:e ю:yu я:ya".split(
      " ",
    ),
  ].map((pair) => pair.split(":") as [string, string]),
);
const MOST = 63;

/** A key made from a name, as the api takes it: Latin letters, digits and `_`; empty when nothing is left. */
export function keyOf(name: string): string {
  const latin = [...name.toLowerCase().normalize("NFC")].map((letter) => LATIN[letter] ?? letter).join("");
  return latin
    .normalize("NFD")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, MOST)
    .replace(/_+$/, "");
}
