import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** As strict as the api's own: no inline code, nothing from elsewhere. */
const CSP =
  "default-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

export async function serveStatic(root, path, response) {
  const file = path.startsWith("/assets/") ? normalize(path) : "/index.html";
  const body = await readFile(join(root, file));
  response.setHeader("Content-Type", `${TYPES[extname(file)] ?? "application/octet-stream"}; charset=utf-8`);
  response.setHeader("Content-Security-Policy", CSP);
  response.end(body);
}
