import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TeamMember } from "~/api/types";
import { i18next, startI18n } from "~/i18n";
import { DepartmentsPage } from "./departments-page";
import { changeOf } from "./member-dialog";
import { MembersPage } from "./members-page";
import { serve, showPage } from "./test-world";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const MEMBER: TeamMember = {
  id: "u9",
  name: "Maya",
  email: "maya@demo.test",
  role: "operator",
  online: false,
  availability: { state: "online", kind: "online", since: null },
  departments: ["d1"],
  skills: [{ skill_id: "s1", level: 2 }],
  capacity: { widget: 4 },
  disabled: false,
};
const DEPARTMENT = {
  id: "d1",
  key: "sales",
  name: "Sales",
  names: { en: "Sales" },
  timezone: "UTC",
  hours: {},
  default: false,
  open: false,
  next_open: null,
};
const SKILL = { id: "s1", key: "french", name: "French", members: 1 };
const ROLE = { key: "operator", name: "Оператор", built_in: true, permissions: [], scope: "all", members: 1 };
const LISTS: Record<string, unknown[]> = {
  members: [MEMBER],
  departments: [DEPARTMENT],
  skills: [SKILL],
  invitations: [],
  availability: [],
};

function answers(changed: { status?: number; body?: unknown }) {
  return serve(({ method, path }) => {
    if (method !== "GET") return changed;
    const list = /^\/team\/(\w+)/.exec(path)?.[1] ?? "";
    return { body: { items: LISTS[list] ?? [ROLE], next_cursor: null } };
  });
}

const open = async (item: string) => {
  await userEvent.click(await screen.findByRole("button", { name: "Actions: Maya" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: item }));
};

describe("a member", () => {
  test("is changed by what differs alone", () => {
    const same = {
      role: "operator",
      departments: new Set(["d1"]),
      levels: new Map([["s1", 2]]),
      limits: { widget: "4" },
    };
    expect(changeOf(MEMBER, same)).toEqual({});
    expect(changeOf(MEMBER, { ...same, limits: { widget: "4", any: "7", sms: "" } })).toEqual({
      capacity: { widget: 4, any: 7 },
    });
    expect(changeOf(MEMBER, { ...same, levels: new Map([["s1", 5]]) })).toEqual({
      skills: [{ skill_id: "s1", level: 5 }],
    });
    expect(changeOf(MEMBER, { ...same, departments: new Set() })).toEqual({ department_ids: [] });
  });

  test("has his role in the reader's language, whatever the workspace's is", async () => {
    answers({});
    showPage(MembersPage, ["team.read", "team.manage"]);
    const row = await screen.findByRole("listitem");
    await within(row).findByText("Operator");
    expect(screen.queryByText("Оператор")).toBeNull();
  });

  test("keeps his skills' levels in the dialog, and a refusal stands at the role", async () => {
    const asked = answers({ status: 403, body: { code: "role_exceeds_yours" } });
    showPage(MembersPage, ["team.read", "team.manage"]);
    await open("Edit");
    await userEvent.selectOptions(screen.getByLabelText("Level: French"), "5");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText(/It allows more than you may yourself/);
    expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({
      skills: [{ skill_id: "s1", level: 5 }],
    });
    expect(screen.getByLabelText<HTMLSelectElement>("Level: French").value).toBe("5");
  });

  test("is disabled after a question; the last owner is told of", async () => {
    const asked = answers({ status: 409, body: { code: "last_owner" } });
    showPage(MembersPage, ["team.read", "team.manage"]);
    await open("Disable");
    await userEvent.click(screen.getByRole("button", { name: "Disable" }));
    await screen.findByText(/last owner/);
    expect(asked.some(({ path }) => path === "/team/members/u9/disable")).toBe(true);
  });

  test("cannot be changed by who may only read", async () => {
    answers({});
    showPage(MembersPage, ["team.read"]);
    await screen.findByText("Maya");
    expect(screen.queryByRole("button", { name: "Actions: Maya" })).toBeNull();
  });
});

test("a department that is in use asks where its conversations go", async () => {
  answers({ status: 409, body: { code: "department_in_use" } });
  showPage(DepartmentsPage, ["team.read", "team.manage"]);
  await userEvent.click(await screen.findByRole("button", { name: "Delete: Sales" }));
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));
  await waitFor(() =>
    expect(screen.getByLabelText("Where its conversations go").getAttribute("aria-invalid")).toBe("true"),
  );
});
