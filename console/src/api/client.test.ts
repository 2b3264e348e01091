import { afterEach, describe, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { ApiError, parseRetryAfter, request, whenProofIsAsked, whenSignedOut } from "./client";
import { errorText } from "./error-text";

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(status === 204 ? null : text, { status, headers })),
  );
}

async function failure(path = "/me"): Promise<ApiError> {
  return request("GET", path).then(
    () => {
      throw new Error("expected a refusal");
    },
    (error: unknown) => error as ApiError,
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a request", () => {
  test("a problem becomes an error with its code, sentence, fields and waiting time", async () => {
    const fields = [{ field: "until", message: "is past" }];
    answer(503, { code: "engine_unavailable", detail: "No worker.", errors: fields }, { "Retry-After": "2" });
    const error = await failure();
    expect(error).toMatchObject({
      status: 503,
      code: "engine_unavailable",
      detail: "No worker.",
      fields,
      retryAfter: 2,
    });
    expect(error.retryable).toBe(true);
  });

  test("a proxy's page instead of a problem is an error too", async () => {
    answer(502, "<html>Bad gateway</html>");
    expect(await failure()).toMatchObject({ status: 502, code: "http_502", retryable: true });
  });

  test("no connection is told apart from a refusal", async () => {
    vi.stubGlobal(
      "fetch",
      vi.fn(async () => Promise.reject(new TypeError("failed to fetch"))),
    );
    expect(await failure()).toMatchObject({ status: 0, code: "network", retryable: true });
  });

  test("a refusal is not repeated", () => {
    expect(new ApiError({ code: "conflict", status: 409 }).retryable).toBe(false);
    expect(new ApiError({ code: "invalid", status: 422 }).retryable).toBe(false);
    expect(new ApiError({ code: "request_in_progress", status: 409 }).retryable).toBe(true);
  });

  test("a lost session is told, a wrong password is not one", async () => {
    const lost = vi.fn();
    whenSignedOut(lost);
    answer(401, { code: "sign_in_failed" });
    await failure("/auth/login");
    expect(lost).not.toHaveBeenCalled();
    await failure("/conversations");
    expect(lost).toHaveBeenCalledOnce();
  });

  test("an empty answer is nothing, filters that are off are not sent", async () => {
    answer(204, "");
    expect(
      await request("POST", "/x", { body: {}, query: { status: "open", channel: undefined, q: "" } }),
    ).toBeUndefined();
    expect(vi.mocked(fetch).mock.calls[0]?.[0]).toBe("/api/v1/x?status=open");
  });
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-11-25T10:00:00Z");
  expect(parseRetryAfter("3")).toBe(3);
  expect(parseRetryAfter("Wed, 25 Nov 2026 10:00:05 GMT", now)).toBe(5);
  expect(parseRetryAfter("Wed, 25 Nov 2026 09:00:00 GMT", now)).toBe(0);
  expect(parseRetryAfter("soon")).toBeNull();
  expect(parseRetryAfter(null)).toBeNull();
});

describe("an error is a sentence", () => {
  startI18n();
  const text = (error: unknown) => errorText(i18next.getFixedT("ru"), error);

  test("in the reader's language where we know the code", () => {
    expect(text(new ApiError({ code: "sign_in_failed", status: 401, detail: "Wrong." }))).toContain("пароль");
  });

  test("else a general one with the code, never the server's English", () => {
    const refusal = { code: "brand_new", status: 409, detail: "Already taken." };
    expect(text(new ApiError(refusal))).toMatch(/^Сервер отклонил .*brand_new/);
    for (const error of [
      new ApiError({ code: "brand_new", status: 500 }),
      new ApiError({ code: "x", status: 409 }),
      new Error("boom"),
    ]) {
      expect(text(error)).toMatch(/[а-я]{3,}.*\./);
    }
  });
});

describe("a request that needs a fresh password", () => {
  const asked = { code: "reauthentication_required", status: 403 };
  const answers = (...bodies: [number, unknown][]) => {
    const send = vi.fn(async () => {
      const [status, body] = bodies.shift() ?? [500, {}];
      return new Response(JSON.stringify(body), { status });
    });
    vi.stubGlobal("fetch", send);
    return send;
  };
  afterEach(() => whenProofIsAsked(async () => false));

  test("goes on by itself once it was given", async () => {
    const send = answers([403, asked], [201, { key: 1 }]);
    whenProofIsAsked(async () => true);
    expect(await request("POST", "/keys", { body: { name: "x" } })).toEqual({ key: 1 });
    expect(send).toHaveBeenCalledTimes(2);
  });

  test("is refused when it was not", async () => {
    const send = answers([403, asked]);
    await expect(request("POST", "/keys")).rejects.toMatchObject({ code: "reauthentication_required" });
    expect(send).toHaveBeenCalledTimes(1);
  });

  test("asks once only", async () => {
    const send = answers([403, asked], [403, asked]);
    const ask = vi.fn(async () => true);
    whenProofIsAsked(ask);
    await expect(request("POST", "/keys")).rejects.toMatchObject({ code: "reauthentication_required" });
    expect([send, ask].map((each) => each.mock.calls.length)).toEqual([2, 1]);
  });
});
