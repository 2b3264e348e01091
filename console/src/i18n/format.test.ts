import { describe, expect, test } from "vitest";
import {
  dayKey,
  formatDateTime,
  formatDay,
  formatDuration,
  formatSoon,
  formatStamp,
  formatTime,
  varietyOf,
} from "./format";

const now = Date.parse("2026-11-25T20:30:00Z"); // 23:30 in Moscow
const ru = { locale: "ru", now, timeZone: "Europe/Moscow" };
const en = { locale: "en", now, timeZone: "Europe/Moscow" };

describe("times", () => {
  test("are in the reader's zone", () => {
    expect(formatTime("2026-11-25T06:05:00Z", ru)).toBe("09:05");
    expect(dayKey("2026-11-25T21:30:00Z", "Europe/Moscow")).toBe("2026-11-26");
    expect(dayKey("2026-11-25T21:30:00Z", "America/New_York")).toBe("2026-11-25");
  });

  test("are written as the reader's own country does", () => {
    const at = "2026-11-25T06:05:00Z";
    const time = (spoken: string[]) => formatTime(at, { ...en, locale: varietyOf("en", spoken) });
    expect(time(["ru-RU", "en-GB"])).toBe("09:05");
    expect(time(["en-US"])).toMatch(/^9:05\sAM$/);
    expect(time(["ru-RU"])).toMatch(/^9:05\sAM$/);
  });

  test("days near today have names", () => {
    expect(formatDay("2026-11-25T01:00:00Z", ru)).toBe("Сегодня");
    expect(formatDay("2026-11-24T20:00:00Z", en)).toBe("Yesterday");
    expect(formatDay("2026-11-20T10:00:00Z", ru)).toBe("Пятница, 20 ноября");
    expect(formatDay("2025-11-20T10:00:00Z", en)).toContain("2025");
  });

  test("yesterday begins at midnight, not 24 hours ago", () => {
    expect(formatDay("2026-11-24T20:59:00Z", ru)).toBe("Вчера");
    expect(formatDay("2026-11-24T21:01:00Z", ru)).toBe("Сегодня");
  });

  test("list stamps are short", () => {
    expect(formatStamp("2026-11-25T06:05:00Z", ru)).toBe("09:05");
    expect(formatStamp("2026-11-24T06:05:00Z", ru)).toBe("вчера");
    expect(formatStamp("2026-10-03T06:05:00Z", ru)).toBe("3 окт.");
    expect(formatStamp("2025-10-03T06:05:00Z", ru)).toBe("03.10.25");
  });

  test("what is ahead is told by its day", () => {
    expect(formatSoon("2026-11-26T06:00:00Z", ru)).toBe("завтра, 09:00");
    expect(formatSoon("2026-11-30T06:00:00Z", en)).toContain("Mon");
    expect(formatDateTime("2025-01-02T06:00:00Z", en)).toContain("2025");
  });
});

describe("durations", () => {
  test("have one unit and no seconds that tick", () => {
    expect(formatDuration(20_000, "en")).toBe("< 1 min");
    expect(formatDuration(5 * 60_000, "ru")).toBe("5 мин");
    expect(formatDuration(3 * 3_600_000 + 60_000, "en")).toBe("3 hr");
    expect(formatDuration(49 * 3_600_000, "en")).toBe("2 days");
  });

  test("a clock that runs ahead does not make them negative", () => {
    expect(formatDuration(-90_000, "en")).toBe("< 1 min");
  });
});
