import { QueryClient } from "@tanstack/react-query";
import { describe, expect, test } from "vitest";
import type { Conversation } from "~/api/types";
import { conversation } from "~/kit/fixtures";
import { ConversationCache, keys } from "./cache";
import { applyChange, type ConversationList, compareActivity, countOf, flatten, neighbour } from "./lists";
import { allowsFilter, type ListFilter, matches, parseSearch, toQuery } from "./search";

const ME = "u1";
const at = (second: number) => `2026-11-25T10:00:${String(second).padStart(2, "0")}.000000Z`;

function one(id: string, second: number, change: Partial<Conversation> = {}): Conversation {
  return conversation({ id, updated_at: at(second), last_seq: second, ...change });
}

function list(pages: Conversation[][], next: string | null = null): ConversationList {
  return {
    pages: pages.map((items, index) => ({ items, next_cursor: index < pages.length - 1 ? "more" : next })),
    pageParams: pages.map(() => null),
  };
}

const ids = (value: ConversationList) => flatten(value).map((item) => item.id);
const all: ListFilter = { view: "all" };

describe("a list that changes while one looks", () => {
  test("a changed conversation moves to its place", () => {
    const before = list([[one("a", 30), one("b", 20), one("c", 10)]]);
    expect(ids(applyChange(before, all, one("c", 40), ME))).toEqual(["c", "a", "b"]);
  });

  test("an older state does not replace a newer one", () => {
    const before = list([[one("a", 30, { unread: 0 })]]);
    expect(applyChange(before, all, one("a", 20, { unread: 5 }), ME)).toBe(before);
  });

  test("what no longer belongs leaves, what newly belongs comes", () => {
    const mine: ListFilter = { view: "mine" };
    const before = list([[one("a", 30), one("b", 20)]]);
    expect(ids(applyChange(before, mine, one("a", 31, { status: "resolved" }), ME))).toEqual(["b"]);
    expect(ids(applyChange(before, mine, one("x", 25), ME))).toEqual(["a", "x", "b"]);
    expect(
      ids(applyChange(before, mine, one("y", 25, { assignee: { id: "u2", name: "Пётр" } }), ME)),
    ).toEqual(["a", "b"]);
  });

  test("a place below the last loaded row belongs to the next page", () => {
    const before = list([[one("a", 30), one("b", 20)]], "more");
    expect(ids(applyChange(before, all, one("z", 5), ME))).toEqual(["a", "b"]);
    expect(ids(applyChange(list([[one("a", 30), one("b", 20)]]), all, one("z", 5), ME))).toEqual([
      "a",
      "b",
      "z",
    ]);
  });

  test("pages keep their cursors", () => {
    const before = list([[one("a", 40), one("b", 30)], [one("c", 20)]], "end");
    const after = applyChange(before, all, one("c", 50), ME);
    expect(ids(after)).toEqual(["c", "a", "b"]);
    expect(after.pages.map((page) => page.next_cursor)).toEqual(["more", "end"]);
  });

  test("a row that two pages both carry is shown once", () => {
    expect(ids(list([[one("a", 30)], [one("a", 30), one("b", 20)]]))).toEqual(["a", "b"]);
  });

  test("equal times are ordered by id, and microseconds count", () => {
    const same = [one("b", 10), one("a", 10)].sort(compareActivity).map((item) => item.id);
    expect(same).toEqual(["a", "b"]);
    const fine = [
      one("a", 0, { updated_at: "2026-11-25T10:00:00.000001Z" }),
      one("b", 0, { updated_at: "2026-11-25T10:00:00.000002Z" }),
    ];
    expect(fine.sort(compareActivity).map((item) => item.id)).toEqual(["b", "a"]);
  });

  test("counts what is loaded, with a plus while there is more, or what the server counted", () => {
    expect(countOf(undefined)).toBeNull();
    expect(countOf(list([[one("a", 1)]]))).toEqual({ count: 1, more: false });
    expect(countOf(list([[one("a", 1)]], "more"))).toEqual({ count: 1, more: true });
    const counted = list([[one("a", 1)]], "more");
    (counted.pages[0] as { total?: number }).total = 120;
    expect(countOf(counted)).toEqual({ count: 120, more: false });
  });
});

describe("next and previous", () => {
  const items = [one("a", 3), one("b", 2), one("c", 1)];
  test("go from row to row and stop at the ends", () => {
    expect(neighbour(items, "a", 1, 0)?.id).toBe("b");
    expect(neighbour(items, "a", -1, 0)).toBeNull();
    expect(neighbour(items, "c", 1, 2)).toBeNull();
    expect(neighbour(items, null, 1, 0)?.id).toBe("a");
    expect(neighbour([], "a", 1, 0)).toBeNull();
  });
  test("go on from where the open one stood before it left the list", () => {
    expect(neighbour(items, "gone", 1, 1)?.id).toBe("b");
    expect(neighbour(items, "gone", -1, 1)?.id).toBe("a");
  });
});

describe("the cache", () => {
  test("a list that was asked for before a change does not bring the old state back", () => {
    const queries = new QueryClient();
    const cache = new ConversationCache(queries, ME);
    cache.apply(one("a", 30, { status: "resolved" }));
    expect(cache.newest(one("a", 20)).status).toBe("resolved");
    expect(cache.newest(one("a", 40)).status).toBe("open");
  });

  test("what went out of reach is shown nowhere, until the stream tells of it again", () => {
    const queries = new QueryClient();
    const cache = new ConversationCache(queries, ME);
    queries.setQueryData(keys.list(all), list([[one("a", 30), one("b", 20)]]));
    cache.hear(one("a", 31));
    cache.remove("a");
    const shown = () => ids(queries.getQueryData<ConversationList>(keys.list(all)) ?? list([[]]));
    expect(shown()).toEqual(["b"]);
    expect(queries.getQueryData(keys.conversation("a"))).toBeUndefined();
    cache.apply(one("a", 32));
    expect(shown()).toEqual(["b"]);
    expect(cache.isGone("a")).toBe(true);
    cache.hear(one("a", 33));
    expect(shown()).toEqual(["a", "b"]);
    expect(cache.isGone("a")).toBe(false);
  });

  test("gives every conversation that some list has loaded, once", () => {
    const queries = new QueryClient();
    queries.setQueryData(keys.list({ view: "mine" }), list([[one("a", 30)]]));
    queries.setQueryData(keys.list({ view: "all" }), list([[one("b", 40), one("a", 30)]]));
    expect(new ConversationCache(queries, ME).loaded().map(({ id }) => id)).toEqual(["b", "a"]);
  });

  test("an optimistic change shows everywhere and can be taken back", () => {
    const queries = new QueryClient();
    const cache = new ConversationCache(queries, ME);
    queries.setQueryData(keys.list({ view: "mine" }), list([[one("a", 30)]]));
    const mine = () => ids(queries.getQueryData(keys.list({ view: "mine" })) as ConversationList);
    const status = () => queries.getQueryData<Conversation>(keys.conversation("a"))?.status;
    cache.expect(new Map([["a", { status: "resolved" }]]));
    expect(mine()).toEqual([]);
    expect(status()).toBe("resolved");
    cache.expect(new Map());
    expect(mine()).toEqual(["a"]);
    expect(status()).toBe("open");
  });

  test("what is still to be done stays shown, whatever the server tells meanwhile", () => {
    const queries = new QueryClient();
    const cache = new ConversationCache(queries, ME);
    queries.setQueryData(keys.list({ view: "mine" }), list([[one("a", 30)]]));
    cache.expect(new Map([["a", { status: "resolved" }]]));
    cache.apply(one("a", 40, { unread: 3 }));
    const shown = () => queries.getQueryData<Conversation>(keys.conversation("a"));
    expect(shown()).toMatchObject({ status: "resolved", unread: 3 });
    expect(cache.newest(one("a", 50, { unread: 4 }))).toMatchObject({ status: "resolved", unread: 4 });
    cache.expect(new Map());
    expect(shown()).toMatchObject({ status: "open", unread: 4 });
  });
});

describe("the address of a list", () => {
  test("unknown words are left out, known ones kept", () => {
    expect(parseSearch({ view: "nonsense", status: 7, controller: "<script>", channel: "" })).toEqual({
      view: "mine",
    });
    expect(
      parseSearch({ view: "all", status: "snoozed", controller: "assistant", channel: "widget" }),
    ).toEqual({
      view: "all",
      status: "snoozed",
      controller: "assistant",
      channel: "widget",
    });
  });

  test("a view cannot be filtered against its own definition", () => {
    expect(parseSearch({ view: "unassigned", status: "resolved", controller: "scenario" })).toEqual({
      view: "unassigned",
    });
    expect(allowsFilter("bot", "controller", "operator")).toBe(false);
    expect(allowsFilter("bot", "controller", "assistant")).toBe(true);
  });

  test("the lists ask the server in its words", () => {
    expect(toQuery({ view: "mine" })).toMatchObject({ assigned_to: "me", status: "open" });
    expect(toQuery({ view: "unassigned" })).toMatchObject({
      status: "open",
      controller: "operator",
      assigned_to: "none",
    });
    expect(toQuery({ view: "bot" })).toMatchObject({ status: "open", controller: "bot" });
    expect(toQuery({ view: "all", status: "resolved" })).toMatchObject({ status: "resolved" });
  });

  test("a conversation belongs to a list by the server's rule", () => {
    const bot = one("a", 1, { controller: "assistant", assignee: null });
    expect(matches({ view: "bot" }, bot, ME)).toBe(true);
    expect(matches({ view: "bot", controller: "scenario" }, bot, ME)).toBe(false);
    expect(matches({ view: "unassigned" }, bot, ME)).toBe(false);
    expect(matches({ view: "unassigned" }, one("b", 1, { assignee: null }), ME)).toBe(true);
    expect(matches({ view: "all", channel: "telegram" }, bot, ME)).toBe(false);
    expect(matches({ view: "all", channel: "widget" }, bot, ME)).toBe(true);
  });
});
