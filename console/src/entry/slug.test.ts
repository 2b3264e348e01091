import { expect, test } from "vitest";
import { slugOf } from "./slug";

test.each([
  ["Чайная лавка", "chaynaya-lavka"],
  ["  Щёки & Co. ", "shcheki-co"],
  ["Café Zoë", "cafe-zoe"],
  ["株式会社", "workspace"],
  [`${"a".repeat(39)} b`, "a".repeat(39)],
])("%s becomes %s", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});
