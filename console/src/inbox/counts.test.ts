import { expect, test } from "vitest";
import { countText } from "./counts";
import { listFilter, matches, parseSearch, toQuery } from "./search";

const DEPARTMENT = "3f1b6f8e-0a59-4d1c-9a43-3f6f9b0c2f11";

test("a number that the server did not count to its end has a plus", () => {
  expect([0, 7, 999, 1_000].map(countText)).toEqual(["0", "7", "999", "999+"]);
});

test("a department in the address is an id or nothing, and narrows the list", () => {
  expect(parseSearch({ view: "all", department: "x" }).department).toBeUndefined();
  const filter = listFilter(parseSearch({ view: "all", status: "open", department: DEPARTMENT }));
  expect(toQuery(filter)).toMatchObject({ status: "open", department: DEPARTMENT });
  const row = { status: "open", assignee: null, controller: "operator", channel: { type: "widget" } };
  const there = { ...row, department: { id: DEPARTMENT, name: "Sales" } };
  expect(matches(filter, there as never, "u1")).toBe(true);
  expect(matches(filter, { ...row, department: null } as never, "u1")).toBe(false);
});
