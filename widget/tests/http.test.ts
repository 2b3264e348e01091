import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { httpTransport } from "../src/chat/http";
import { Problem } from "../src/chat/problem";

const fetched = vi.fn<typeof fetch>();
const api = httpTransport("tea shop");

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => void vi.unstubAllGlobals());

const json = (body: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers });

function lastCall(): { url: string; options: RequestInit } {
  const [url, options] = fetched.mock.lastCall as [string, RequestInit];
  return { url, options };
}

test("a session is asked for without a token in header or address", async () => {
  fetched.mockResolvedValue(json({ visitor_token: "t" }, 201));
  await api.openSession({ visitor_token: "old", locale: "ru" });
  const { url, options } = lastCall();
  expect(url).toBe("/api/v1/widget/tea%20shop/sessions");
  expect(options).toMatchObject({ method: "POST", credentials: "omit" });
  expect(JSON.parse(options.body as string)).toEqual({ visitor_token: "old", locale: "ru" });
  expect(options.headers).not.toHaveProperty("authorization");
});

test("messages travel with the token in the header only", async () => {
  fetched.mockResolvedValue(json({ message: { id: "m" } }, 202));
  const message = await api.send("secret", { client_message_id: "x", text: "hi" });
  expect(message).toEqual({ id: "m" });
  expect(lastCall().options.headers).toMatchObject({ authorization: "Bearer secret" });
  fetched.mockResolvedValue(json({ conversation_id: null, messages: [], last_seq: 0 }));
  await api.list("secret", null, 0);
  expect(lastCall().url).toBe("/api/v1/widget/messages?after=0");
  await api.list("secret", "c 1", 5).catch(() => {});
  expect(lastCall().url).toBe("/api/v1/widget/messages?after=5&conversation_id=c+1");
});

test("a refusal is a problem with code, status and the wait that was asked for", async () => {
  fetched.mockResolvedValue(json({ code: "rate_limited" }, 429, { "retry-after": "4" }));
  const problem = await api.identify("t", {}).catch((error: Problem) => error);
  expect(problem).toMatchObject({ code: "rate_limited", status: 429, retryAfter: 4000, retryable: true });
});

test("a proxy's page of an error is a problem too", async () => {
  fetched.mockResolvedValue(new Response("<html>Bad gateway</html>", { status: 502 }));
  await expect(api.list("t", null, 0)).rejects.toMatchObject({ code: "http_502", status: 502 });
});

test("no network, and an answer cut off, can be tried again", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(api.list("t", null, 0)).rejects.toMatchObject({ code: "network", retryable: true });
  fetched.mockResolvedValue(new Response("{cut", { status: 200 }));
  await expect(api.list("t", null, 0)).rejects.toBeInstanceOf(Problem);
});

test("204 has nothing to read", async () => {
  fetched.mockResolvedValue(new Response(null, { status: 204 }));
  await expect(api.identify("t", { name: "x" })).resolves.toBeUndefined();
});
