import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backoff, Pause } from "../src/chat/backoff";
import { Problem, parseRetryAfter } from "../src/chat/problem";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the wait doubles up to half a minute", () => {
  const waits = [1, 2, 3, 4, 5, 6, 60].map((failures) => backoff(failures, null, () => 0));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test("browsers of one server do not come back in one beat", () => {
  expect(backoff(1, null, () => 0.99)).toBeGreaterThan(1190);
});

test("the server's wish is a floor, within reason", () => {
  expect(backoff(1, 9000, () => 0)).toBe(9000);
  expect(backoff(6, 100, () => 0)).toBe(30_000);
  expect(backoff(1, 86_400_000, () => 0)).toBe(300_000);
});

test("Retry-After is read as seconds and as a date", () => {
  const now = Date.parse("2026-11-25T10:00:00Z");
  expect(parseRetryAfter("3", now)).toBe(3000);
  expect(parseRetryAfter("Wed, 25 Nov 2026 10:00:05 GMT", now)).toBe(5000);
  for (const nothing of [null, "", "soon", "0", "Wed, 25 Nov 2026 09:00:00 GMT"]) {
    expect(parseRetryAfter(nothing, now)).toBeNull();
  }
});

test("a wait ends at its time or when it is woken, and only once", async () => {
  const pause = new Pause();
  let ended = 0;
  void pause.wait(1000).then(() => ended++);
  await vi.advanceTimersByTimeAsync(999);
  expect(ended).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toBe(1);
  void pause.wait(1000).then(() => ended++);
  pause.wake();
  await vi.advanceTimersByTimeAsync(5000);
  expect(ended).toBe(2);
});

test("what may succeed later is told from what never will", () => {
  const retryable = [0, 408, 425, 429, 500, 502, 503, 504];
  const final = [400, 401, 403, 404, 409, 413, 422];
  expect(retryable.every((status) => new Problem("x", status).retryable)).toBe(true);
  expect(final.some((status) => new Problem("x", status).retryable)).toBe(false);
});
