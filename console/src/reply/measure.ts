/** How a channel counts a text: the same as the server's `domain/capabilities/measure.py` and `domain/sms.py`. */

export type Unit = "characters" | "utf16" | "bytes";

export function measure(text: string, unit: Unit): number {
  if (unit === "utf16") return text.length;
  if (unit === "bytes") return new TextEncoder().encode(text).length;
  return [...text].length;
}

// 3GPP TS 23.038, 6.2.1: the default alphabet, and those of its extension, which take two places.
const GSM7 = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const GSM7_EXTENSION = new Set("^{}\\[~]|€\f");
/** Places of a message that is alone, and of each part of a longer one. */
const PLACES = { gsm7: [160, 153], ucs2: [70, 67] } as const;

export interface SmsSize {
  parts: number;
  /** What the last part still takes. */
  left: number;
}

/** How many SMS a text is sent and charged as; one letter outside GSM-7 makes all of it dearer. */
export function smsSize(text: string): SmsSize {
  const letters = [...text];
  const isGsm = letters.every((letter) => GSM7.has(letter) || GSM7_EXTENSION.has(letter));
  const [one, many] = PLACES[isGsm ? "gsm7" : "ucs2"];
  const widths = letters.map((letter) => (isGsm ? (GSM7_EXTENSION.has(letter) ? 2 : 1) : letter.length));
  const units = widths.reduce((sum, width) => sum + width, 0);
  if (units <= one) return { parts: 1, left: one - units };
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    // What takes two places is never cut in two.
    if (used + width > many) {
      parts += 1;
      used = 0;
    }
    used += width;
  }
  return { parts, left: many - used };
}
