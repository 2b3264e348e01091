/** What the list of customers shows, as it stands in the URL. */
export interface CustomerSearch {
  q?: string;
  tag?: string;
  channel?: string;
  /** A purpose and what was said of it: `marketing:granted`. */
  consent?: string;
  /** An attribute and its value: `city:Москва`. */
  attribute?: string;
}

const PAIR = /^[a-z][a-z0-9_]{0,39}:.{1,1000}$/s;
const CHANNEL = /^[a-z][a-z0-9_]{0,31}$/;

function text(value: unknown, longest: number): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const given = String(value).replaceAll("\0", "").slice(0, longest);
  return given.trim() ? given : undefined;
}

/** Read search params from a URL that anyone may have typed: what cannot be asked for is left out. */
export function parseCustomerSearch(raw: Record<string, unknown>): CustomerSearch {
  const search: CustomerSearch = {};
  const q = text(raw.q, 200);
  const tag = text(raw.tag, 100);
  const channel = text(raw.channel, 32);
  const consent = text(raw.consent, 1100);
  const attribute = text(raw.attribute, 1100);
  if (q) search.q = q;
  if (tag) search.tag = tag;
  if (channel && CHANNEL.test(channel)) search.channel = channel;
  if (consent && PAIR.test(consent)) search.consent = consent;
  if (attribute && PAIR.test(attribute)) search.attribute = attribute;
  return search;
}

export function countCustomerFilters({ q: _, ...filters }: CustomerSearch): number {
  return Object.keys(filters).length;
}
