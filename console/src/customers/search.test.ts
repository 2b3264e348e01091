import { expect, test } from "vitest";
import { countCustomerFilters, parseCustomerSearch } from "./search";

test("what a URL asks for is read, a number as the text that it was", () => {
  const search = { q: 79001112233, tag: "vip", channel: "telegram", consent: "marketing:granted" };
  expect(parseCustomerSearch(search)).toEqual({ ...search, q: "79001112233" });
  expect(countCustomerFilters(parseCustomerSearch(search))).toBe(3);
});

test("what the server would refuse is left out", () => {
  const odd = { q: "  ", tag: { a: 1 }, channel: "No Channel", consent: "granted", attribute: "City:x" };
  expect(parseCustomerSearch(odd)).toEqual({});
  expect(parseCustomerSearch({ q: "x\0".repeat(300) }).q).toHaveLength(200);
});
