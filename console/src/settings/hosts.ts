/** A host, or `*.` before one for all below it: what the server takes, roughly; it looks closer. */
const HOST = /^(\*\.)?[^\s*/:@;,'"?#]+(:\d{1,5})?$/;

/** One host a line, as it is typed; commas and blanks divide too, for what is pasted. */
export function hostsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** The first one that cannot be a host. */
export function wrongHost(text: string): string | null {
  return hostsOf(text).find((host) => !HOST.test(host)) ?? null;
}
