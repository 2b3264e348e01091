import { asProblem, Problem } from "../problem";
import type { StoredFile } from "../types";

/**
 * Bytes as the body of a request that tells how far it is, which `fetch` cannot.
 * A problem of the server comes with its code; no answer, and an aborted request, as `network`.
 */
export function uploadFile(
  address: string,
  token: string,
  file: Blob,
  told: (share: number) => void,
  signal: AbortSignal,
): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = () => reject(new Problem("network", 0));
    request.open("POST", address);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => told(total ? loaded / total : 0);
    request.onerror = request.onabort = request.ontimeout = lost;
    request.onload = () => {
      try {
        const answer = JSON.parse(request.responseText);
        if (request.status < 300) resolve(answer.file);
        else reject(new Problem(answer.code ?? `http_${request.status}`, request.status));
      } catch (error) {
        reject(
          request.status < 300 ? asProblem(error) : new Problem(`http_${request.status}`, request.status),
        );
      }
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
