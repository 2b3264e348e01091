import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { serve, showPage } from "~/settings/test-world";
import { FallbackPage } from "./fallback-page";

startI18n();
beforeEach(() => i18next.changeLanguage("en").then(() => undefined));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

// A part that this page does not know is kept.
const SAVED = { policy: "ask", after_minutes: 15, later: "kept" };
const serveSettings = () => serve(({ method, body }) => ({ body: method === "PUT" ? body : SAVED }));

test("the policy is chosen with what it means, and the wait is asked where it counts", async () => {
  const asked = serveSettings();
  showPage(FallbackPage, ["settings.read", "settings.manage"]);
  expect(await screen.findByText(/offered the customer's other addresses/)).toBeDefined();
  expect(screen.queryByLabelText(/Minutes/)).toBeNull();
  await userEvent.click(screen.getByLabelText("By itself"));
  const wait = screen.getByLabelText(/Minutes/);
  fireEvent.change(wait, { target: { value: "61" } });
  expect(screen.getByRole("button", { name: "Save" }).hasAttribute("disabled")).toBe(true);
  fireEvent.change(wait, { target: { value: "5" } });
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
  expect(asked.filter(({ method }) => method === "PUT").map(({ body }) => body)).toEqual([
    { policy: "automatic", after_minutes: 5, later: "kept" },
  ]);
});

test("who may only read it changes nothing", async () => {
  serveSettings();
  showPage(FallbackPage, ["settings.read"]);
  const choice = await screen.findByLabelText("Never");
  expect(choice.closest("fieldset.setting")?.hasAttribute("disabled")).toBe(true);
});
