import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { CalendarPage } from "./calendar-page";
import { serve, showPage } from "./test-world";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const CALENDAR = {
  id: "c1",
  key: "support",
  name: { ru: "Поддержка", en: "Support" },
  timezone: "Europe/Moscow",
  hours: { mon: [["09:00", "18:00"]] },
  holidays: [],
  departments: [],
  open: true,
  next_open: null,
};
const DEPARTMENT = { id: "d1", key: "sales", name: "Sales" };

function answers(patch: { status?: number; body?: unknown }) {
  return serve(({ method, path }) => {
    if (method === "PATCH") return patch;
    if (path.startsWith("/team/departments")) return { body: { items: [DEPARTMENT], next_cursor: null } };
    return { body: { calendar: CALENDAR } };
  });
}

const MANAGER = ["settings.read", "settings.manage", "team.read"];

test("two spans, a holiday and a department are sent as the api wants them", async () => {
  const asked = answers({ body: { calendar: CALENDAR } });
  showPage(CalendarPage, MANAGER);
  await userEvent.click(await screen.findByRole("button", { name: "Add hours: Monday" }));
  fireEvent.change(screen.getByLabelText("Monday, until (2)"), { target: { value: "00:00" } });
  await userEvent.click(screen.getByRole("button", { name: "Add a day" }));
  fireEvent.change(screen.getByLabelText("Date"), { target: { value: "2027-01-01" } });
  await userEvent.type(screen.getByLabelText("Name"), "New Year");
  await userEvent.click(screen.getByLabelText("Sales"));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({
      name: CALENDAR.name,
      timezone: "Europe/Moscow",
      hours: {
        mon: [
          ["09:00", "18:00"],
          ["19:00", "24:00"],
        ],
      },
      holidays: [{ date: "2027-01-01", name: "New Year", hours: [] }],
      department_ids: ["d1"],
    }),
  );
});

test("hours that overlap are told at once and cannot be sent", async () => {
  answers({});
  showPage(CalendarPage, MANAGER);
  await userEvent.click(await screen.findByRole("button", { name: "Add hours: Monday" }));
  fireEvent.change(screen.getByLabelText("Monday, from (2)"), { target: { value: "10:00" } });
  expect(screen.getByText("These hours overlap.")).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
});

test("a refused save keeps what was changed", async () => {
  answers({ status: 503, body: { code: "unavailable" } });
  showPage(CalendarPage, MANAGER);
  await userEvent.click(await screen.findByRole("button", { name: "Remove hours 1: Monday" }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByRole("alert");
  expect(screen.queryByLabelText("Monday, from (1)")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Discard" }));
  expect(screen.getByLabelText("Monday, from (1)")).toBeTruthy();
});

test("who may only read finds every field shut", async () => {
  answers({});
  showPage(CalendarPage, ["settings.read"]);
  const from = await screen.findByLabelText<HTMLInputElement>("Monday, from (1)");
  expect(from.disabled).toBe(true);
  expect(screen.queryByRole("button", { name: /Add hours/ })).toBeNull();
});
