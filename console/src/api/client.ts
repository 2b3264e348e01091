import type { Problem } from "./types";

const TIMEOUT_MS = 15_000;
/** Routes above the tenants have a root of their own. */
const PLATFORM = "/admin/v1/";

/** A refusal or a failure of one request; `code` is for us, `detail` the server's own sentence. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  readonly fields: { field: string; message: string }[];
  /** Seconds the server asked us to wait, if it did. */
  readonly retryAfter: number | null;

  constructor(problem: Partial<Problem> & { code: string }, retryAfter: number | null = null) {
    super(problem.detail ?? problem.code);
    this.name = "ApiError";
    this.status = problem.status ?? 0;
    this.code = problem.code;
    this.detail = problem.detail ?? null;
    this.fields = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later without anyone changing it. */
  get retryable(): boolean {
    const isAway = this.status === 0 || [408, 425, 429, 502, 503, 504].includes(this.status);
    return isAway || this.code === "request_in_progress";
  }
}

type Listener = () => void;
let onSignedOut: Listener = () => {};
let proveOneself: () => Promise<boolean> = async () => false;

/** Called when the server no longer knows our session. */
export function whenSignedOut(listener: Listener): void {
  onSignedOut = listener;
}

/** Asks the person for the password when a request needs a fresh one; answers whether it was given. */
export function whenProofIsAsked(ask: () => Promise<boolean>): void {
  proveOneself = ask;
}

/** A 401 of these says that what was typed or followed is wrong, not that the session is over. */
const ENTRIES = /^\/(auth\/(login|two-factor\/verify|verify-email|reset-password)|team\/invite\/.*)$/;

export interface RequestOptions {
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  /** Makes a repeat of the same control operation safe. */
  idempotencyKey?: string;
  /** The ETag that was read: a save over another one is refused. */
  ifMatch?: string;
  signal?: AbortSignal;
  /** For answers that take long, files for one. */
  timeoutMs?: number;
}

export function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  return ask(method, path, options, async (response) =>
    response.status === 204 ? undefined : await response.json(),
  ) as Promise<T>;
}

/** An answer with the etag of its state. */
export interface Tagged<T> {
  value: T;
  etag: string;
}

/** Fetch what is changed by its etag. */
export function requestTagged<T>(
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Tagged<T>> {
  return ask(method, path, options, async (response) => ({
    value: (await response.json()) as T,
    etag: response.headers.get("ETag") ?? "*",
  }));
}

/** Fetch an answer that is a file. */
export function requestFile(method: string, path: string, options: RequestOptions = {}): Promise<Blob> {
  return ask(method, path, options, (response) => response.blob());
}

async function ask<T>(
  method: string,
  path: string,
  options: RequestOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  let response = await send(method, path, options);
  if (response.ok) return read(response);
  let error = await readProblem(response);
  // Nothing was done yet, so the same request may go again once the person has proved himself.
  if (error.code === "reauthentication_required" && (await proveOneself())) {
    response = await send(method, path, options);
    if (response.ok) return read(response);
    error = await readProblem(response);
  }
  if (error.status === 401 && !ENTRIES.test(path)) onSignedOut();
  throw error;
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const { query, body, idempotencyKey, signal } = options;
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body instanceof Blob) headers["Content-Type"] = "text/csv";
  else if (body !== undefined) headers["Content-Type"] = "application/json";
  if (options.ifMatch) headers["If-Match"] = options.ifMatch;
  if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
  if (options.ifMatch) headers["If-Match"] = options.ifMatch;
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  };
  if (body !== undefined) init.body = body instanceof Blob ? body : JSON.stringify(body);
  try {
    const base = path.startsWith(PLATFORM) ? "" : "/api/v1";
    return await fetch(`${base}${path}${encodeQuery(query)}`, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ code: timeout.aborted ? "timeout" : "network" });
  }
}

function encodeQuery(query: RequestOptions["query"]): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value != null && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

async function readProblem(response: Response): Promise<ApiError> {
  const retryAfter = parseRetryAfter(response.headers.get("Retry-After"));
  try {
    const problem = (await response.json()) as Partial<Problem>;
    return new ApiError(
      { ...problem, status: response.status, code: problem.code ?? `http_${response.status}` },
      retryAfter,
    );
  } catch {
    // A proxy's HTML page, not our server's answer.
    return new ApiError({ status: response.status, code: `http_${response.status}` }, retryAfter);
  }
}

/** Seconds or an HTTP date, as RFC 9110 allows both. */
export function parseRetryAfter(value: string | null, now = Date.now()): number | null {
  if (!value) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, (at - now) / 1000);
}
