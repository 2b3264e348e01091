import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Role } from "~/api/types";
import { i18next, startI18n } from "~/i18n";
import { AuditPage } from "./audit-page";
import { changesOf, parseAuditSearch, toAuditQuery } from "./audit-search";
import { RoleForm } from "./role-form";
import { serve, showPage } from "./test-world";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("filters of a URL that the api would refuse are left out", () => {
  const typed = {
    action: "Member!",
    target: "tag:x",
    outcome: "maybe",
    from: "2026-13-99",
    to: "2026-11-26",
  };
  expect(parseAuditSearch(typed)).toEqual({ target: "tag:x", to: "2026-11-26" });
});

test("the last day is in", () => {
  const { from, to } = toAuditQuery({ from: "2026-11-26", to: "2026-11-26" });
  expect(Date.parse(to as string) - Date.parse(from as string)).toBe(86_400_000);
});

test("changes are told name by name, an absent side as a dash", () => {
  expect(changesOf({ name: "A", hours: [1] }, { name: "B" })).toEqual([
    { name: "name", before: "A", after: "B" },
    { name: "hours", before: "[1]", after: "—" },
  ]);
  expect(changesOf(null, null)).toEqual([]);
});

const LINE = {
  id: 1,
  at: "2026-11-26T12:00:00+00:00",
  actor: { kind: "user", id: "u1", name: "Olga" },
  impersonator_id: null,
  action: "tag.changed",
  outcome: "refused",
  target: { kind: "tag", id: "refund" },
  before: { name: "A" },
  after: { name: "B" },
  address: "127.0.0.1",
  user_agent: null,
};

test("the filters of the URL are asked for, and new ones go into the URL", async () => {
  const asked = serve(() => ({ body: { items: [LINE], next_cursor: null } }));
  const { router } = showPage(AuditPage, ["audit.read"], "/settings/audit?outcome=refused");
  await screen.findByText("Tag: changed");
  expect(screen.getByText("tag.changed")).toBeDefined();
  expect(asked[0]?.path).toContain("outcome=refused");
  expect(screen.getByRole("row", { name: "name A B", hidden: true })).toBeTruthy();
  await userEvent.type(screen.getByLabelText("Action begins with"), "tag.");
  await userEvent.click(screen.getByRole("button", { name: "Show" }));
  await waitFor(() => expect(router.state.location.searchStr).toContain("action=tag."));
});

test("the system is named in the reader's language", async () => {
  const line = { ...LINE, actor: { kind: "system", id: null, name: "system" } };
  serve(() => ({ body: { items: [line], next_cursor: null } }));
  showPage(AuditPage, ["audit.read"]);
  await screen.findByText("The system");
});

const ROLE: Role = {
  key: "night",
  name: "Night",
  built_in: false,
  permissions: ["conversations.read", "codec.decode"],
  scope: "own",
  members: 0,
};
const words = (text: string) => ({ ru: text, en: text });
const PERMISSIONS = {
  groups: [{ key: "all", title: words("Everything") }],
  items: ["conversations.read", "codec.decode", "privacy.manage"].map((key) => ({
    key,
    group: "all",
    title: words(key),
    description: words(`about ${key}`),
  })),
};

const OwnRole = () => <RoleForm role={ROLE} permissions={PERMISSIONS} />;
const BuiltInRole = () => <RoleForm role={{ ...ROLE, built_in: true }} permissions={PERMISSIONS} />;

test("nobody is offered to grant what he may not himself, but may take it away", async () => {
  const asked = serve(() => ({ body: { role: ROLE } }));
  showPage(OwnRole, ["roles.manage", "conversations.read"]);
  expect((await screen.findByLabelText<HTMLInputElement>("privacy.manage")).disabled).toBe(true);
  await userEvent.click(screen.getByLabelText("codec.decode"));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked[0]?.body).toEqual({ name: "Night", permissions: ["conversations.read"], scope: "own" }),
  );
});

test("a built-in role is only to be read", async () => {
  serve(() => undefined);
  showPage(BuiltInRole, ["roles.manage", "conversations.read"]);
  expect((await screen.findByLabelText<HTMLInputElement>("conversations.read")).disabled).toBe(true);
});
