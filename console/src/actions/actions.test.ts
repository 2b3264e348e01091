import { describe, expect, test } from "vitest";
import { actionFor, BINDINGS, isTyping, type KeyPress, keyLabel } from "./bindings";
import { contains, matchScore, swapLayout } from "./match";
import { snoozePresets, toLocalInput } from "./snooze-presets";

function press(code: string, change: Partial<KeyPress> = {}): KeyPress {
  return { code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...change };
}

describe("shortcuts", () => {
  test("are places on the keyboard: a Russian layout changes nothing", () => {
    const russian = { ...press("KeyJ"), key: "о" };
    const russianE = { ...press("KeyE"), key: "у" };
    expect(actionFor(russian, true)).toBe("next");
    expect(actionFor(russianE, true)).toBe("resolve");
  });

  test("each asked-for key does what it says", () => {
    const wanted: Record<string, string> = {
      KeyJ: "next",
      KeyK: "previous",
      KeyR: "reply",
      KeyN: "note",
      KeyT: "take-over",
      KeyH: "hand-back",
      KeyE: "resolve",
      KeyA: "assign",
      Slash: "command",
    };
    for (const [code, id] of Object.entries(wanted)) expect(actionFor(press(code), true)).toBe(id);
    expect(actionFor(press("KeyK", { ctrlKey: true }), true)).toBe("command");
    expect(actionFor(press("KeyK", { metaKey: true }), true)).toBe("command");
    expect(actionFor(press("Slash", { shiftKey: true }), true)).toBe("help");
  });

  test("switched off, or while typing, only Ctrl-K is left", () => {
    expect(actionFor(press("KeyE"), false)).toBeNull();
    expect(actionFor(press("Slash"), false)).toBeNull();
    expect(actionFor(press("KeyK", { ctrlKey: true }), false)).toBe("command");
  });

  test("the browser's own combinations are left alone", () => {
    for (const code of ["KeyR", "KeyT", "KeyN", "KeyA", "KeyP"]) {
      expect(actionFor(press(code, { ctrlKey: true }), true)).toBeNull();
      expect(actionFor(press(code, { altKey: true }), true)).toBeNull();
    }
  });

  test("no key is bound twice", () => {
    const bound = Object.values(BINDINGS)
      .flat()
      .map(({ code, shift, mod }) => `${mod ? "mod+" : ""}${shift ? "shift+" : ""}${code}`);
    expect(new Set(bound).size).toBe(bound.length);
  });

  test("letters belong to text fields, not to checkboxes", () => {
    const input = (type: string) => Object.assign(document.createElement("input"), { type });
    expect(isTyping(input("text"))).toBe(true);
    expect(isTyping(document.createElement("textarea"))).toBe(true);
    expect(isTyping(input("radio"))).toBe(false);
    expect(isTyping(document.createElement("button"))).toBe(false);
    expect(isTyping(null)).toBe(false);
  });

  test("are written as they are printed", () => {
    expect(keyLabel({ code: "KeyK", mod: true }, false)).toBe("Ctrl K");
    expect(keyLabel({ code: "KeyK", mod: true }, true)).toBe("⌘K");
    expect(keyLabel({ code: "Slash", shift: true }, false)).toBe("?");
    expect(keyLabel({ code: "Digit1" }, false)).toBe("1");
  });
});

describe("the command bar's search", () => {
  const score = (typed: string, words: string) => matchScore("id", typed, [words]);

  test("beginnings rank above middles, middles above letters in order", () => {
    const ranks = ["взять", "перех", "тить", "прхт"].map((typed) => score(typed, "Перехватить диалог"));
    expect(ranks[0]).toBe(0);
    expect(ranks[1]).toBeGreaterThan(ranks[2] as number);
    expect(ranks[2]).toBeGreaterThan(ranks[3] as number);
    expect(ranks[3]).toBeGreaterThan(0);
  });

  test("finds what was typed in the other layout", () => {
    expect(swapLayout("gtht[")).toBe("перех");
    expect(score("gtht[", "Перехватить")).toBeGreaterThan(0.5);
    expect(score("фыышпт", "Assign")).toBeGreaterThan(0.5);
  });

  test("does not mind ё", () => {
    expect(score("тем", "Тёмная")).toBe(1);
  });

  test("an abbreviation begins with a word and is not strewn over a whole text", () => {
    expect(score("tko", "Please take over")).toBeGreaterThan(0);
    expect(score("мария", "Мы рады видеть вас, и я тоже")).toBe(0);
  });

  test("conversations are found by what they contain, not by abbreviations", () => {
    expect(contains("мар", ["Мария Чайкина", "где заказ?"])).toBe(true);
    expect(contains("заказ", ["Мария Чайкина", "где заказ?"])).toBe(true);
    expect(contains("vfhbz", ["Мария Чайкина", ""])).toBe(true);
    expect(contains("мчн", ["Мария Чайкина", ""])).toBe(false);
  });

  test("an unrelated word finds nothing", () => {
    expect(score("zzzz", "Перехватить")).toBe(0);
  });
});

describe("snooze presets", () => {
  test("are mornings of the calendar, not steps of 24 hours", () => {
    const wednesday = new Date(2026, 10, 25, 22, 30);
    const byId = Object.fromEntries(snoozePresets(wednesday).map(({ id, until }) => [id, until]));
    expect(byId.tomorrow).toEqual(new Date(2026, 10, 26, 9));
    expect(byId.monday).toEqual(new Date(2026, 10, 30, 9));
    expect(byId.week).toEqual(new Date(2026, 11, 2, 9));
    expect(byId.hour).toEqual(new Date(2026, 10, 25, 23, 30));
  });

  test("are offered once where two mean the same day, and lie ahead", () => {
    for (let day = 22; day < 30; day += 1) {
      const now = new Date(2026, 10, day, 8, 15);
      const times = snoozePresets(now).map(({ until }) => until.getTime());
      expect(new Set(times).size).toBe(times.length);
      expect(Math.min(...times)).toBeGreaterThan(now.getTime());
    }
  });

  test("a date field gets the operator's own time", () => {
    expect(toLocalInput(new Date(2026, 0, 5, 7, 3))).toBe("2026-01-05T07:03");
  });
});
