import { request } from "~/api/client";

/** As the server says it: `domain/files.py`. */
export const MAX_BYTES = 25 * 2 ** 20;
export const MOST_FILES = 10;
const UPLOAD_TIMEOUT_MS = 180_000;

export interface Uploaded {
  id: string;
  name: string;
  size: number;
  /** Good for minutes. */
  url: string;
}

export const uploadFile = (file: File): Promise<Uploaded> =>
  request<{ file: Uploaded }>("POST", "/files", {
    query: { name: file.name },
    body: file,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  }).then((answer) => answer.file);

/** The same file of this origin: behind a proxy the server may call itself otherwise. */
export function ownPath(link: string): string {
  const { pathname, search } = new URL(link, window.location.origin);
  return pathname + search;
}
