import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TeamNews } from "./team";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("what shows a changed list is read again, at most once in five seconds and each query once", () => {
  const queries = new QueryClient();
  const read = vi.spyOn(queries, "invalidateQueries");
  const keysRead = () => read.mock.calls.map(([filter]) => JSON.stringify(filter?.queryKey));
  const team = new TeamNews(queries);
  team.hear("availability");
  expect(keysRead()).toContain('["members"]');
  read.mockClear();
  for (let n = 0; n < 20; n += 1) team.hear("members");
  team.hear("departments");
  team.hear("something_new");
  expect(read).not.toHaveBeenCalled();
  vi.advanceTimersByTime(5_000);
  expect(keysRead()).toContain('["departments"]');
  expect(keysRead()).toContain('["settings","something_new"]');
  expect(new Set(keysRead()).size).toBe(keysRead().length);
  read.mockClear();
  team.hear("members");
  team.stop();
  vi.advanceTimersByTime(60_000);
  expect(read).not.toHaveBeenCalled();
});
