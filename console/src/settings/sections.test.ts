import { expect, test } from "vitest";
import { sectionAt } from "./sections";

test("an address belongs to the nearest section above it", () => {
  expect(sectionAt("/settings/channels")).toBe("channels");
  expect(sectionAt("/settings/channels/telegram/1")).toBe("channels");
  expect(sectionAt("/settings/channels/widget")).toBe("widget");
  expect(sectionAt("/settings/channels/widget/1")).toBe("widget");
  expect(sectionAt("/settings")).toBeUndefined();
});
