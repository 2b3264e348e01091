import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MessageContent, Rating } from "~/api/types";
import { RatingGiven } from "~/customer/rating";
import { i18next, startI18n } from "~/i18n";
import { message } from "~/kit/fixtures";
import { WidgetFacts } from "./widget-facts";

startI18n();
beforeEach(() => i18next.changeLanguage("en").then(() => undefined));
afterEach(cleanup);

const show = (content: MessageContent) =>
  render(<WidgetFacts message={message({ text: "Where is it?" }, content)} />).container;

test("a plain message has none", () => {
  expect(show({}).textContent).toBe("");
});

test("a form stands above the words it came with, by the labels that the customer has read", () => {
  show({
    form: {
      kind: "offline",
      fields: [{ key: "mail", label: "Почта", value: "m@tea.example" }],
      consent: { purpose: "personal_data", text: "I agree" },
    },
  });
  expect(screen.getByText("Form outside the hours")).toBeDefined();
  expect(screen.getByText("Почта").nextElementSibling?.textContent).toBe("m@tea.example");
  expect(screen.getByText("Agreed to: I agree")).toBeDefined();
});

test("what a provider calls a form, and is none of the widget's, is left to the words", () => {
  expect(show({ form: { screen: "a" } as never }).textContent).toBe("");
});

test("the opening that was answered is quoted", () => {
  show({ opening: { id: "help", text: "May I help?" } });
  expect(screen.getByText("May I help?").tagName).toBe("Q");
});

test.each<[Rating, string]>([
  [{ scale: "stars5", score: 4, comment: "Quick" }, "4 of 5Quick"],
  [{ scale: "nps10", score: 0, comment: null }, "0 of 10"],
  [{ scale: "thumbs", score: 0, comment: null }, "Thumbs down"],
  [{ scale: "thumbs", score: 1, comment: null }, "Thumbs up"],
])("a score %j reads %j", (rating, words) => {
  expect(render(<RatingGiven rating={rating} />).container.textContent).toBe(words);
});
