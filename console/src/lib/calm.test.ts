import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { atMostEvery } from "./calm";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("the first wish is granted at once, a storm of others together when the time is over", () => {
  const run = vi.fn();
  const wish = atMostEvery(10_000, run);
  wish();
  expect(run).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 500; n += 1) {
    wish();
    vi.advanceTimersByTime(10);
  }
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(5_000);
  expect(run).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(60_000);
  expect(run).toHaveBeenCalledTimes(2);
});

test("what has begun counts as the first, and nothing runs after the stop", () => {
  const run = vi.fn();
  const wish = atMostEvery(10_000, run, Date.now());
  wish();
  expect(run).not.toHaveBeenCalled();
  wish.stop();
  vi.advanceTimersByTime(60_000);
  expect(run).not.toHaveBeenCalled();
});
