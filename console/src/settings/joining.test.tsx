import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { AvailabilityPage } from "./availability-page";
import { MembersPage } from "./members-page";
import { type Asked, serve, showPage } from "./test-world";

startI18n();
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const MEMBER = {
  id: "u9",
  name: "Maya",
  email: "maya@demo.test",
  role: "operator",
  online: false,
  availability: { state: "lunch", kind: "away", since: null },
  departments: [],
  skills: [],
  capacity: {},
  disabled: false,
};
const ROLE = { key: "operator", name: "Operator", built_in: true, permissions: [], scope: "all", members: 1 };
const STATES = [
  { key: "online", name: "В сети", kind: "online", built_in: true },
  { key: "lunch", name: "Lunch", kind: "away", built_in: false },
];
const INVITATION = {
  id: "i1",
  email: "nina@demo.test",
  name: null,
  role: "operator",
  departments: [],
  skills: [],
  state: "open",
  invited_by: "u1",
  created_at: "2026-11-26T10:00:00Z",
  expires_at: "2026-12-03T10:00:00Z",
};

function world(change: (asked: Asked) => { status?: number; body?: unknown } | undefined) {
  return serve((asked) => {
    const changed = asked.method === "GET" ? undefined : change(asked);
    if (changed) return changed;
    const lists: [string, unknown[]][] = [
      ["/team/members", [MEMBER]],
      ["/team/invitations?state=open", [INVITATION]],
      ["/team/availability-states", STATES],
      ["/team/roles", [ROLE]],
    ];
    const items = lists.find(([path]) => asked.path.startsWith(path))?.[1] ?? [];
    return { body: { items, next_cursor: null } };
  });
}

const MANAGER = ["team.read", "team.manage", "team.availability"];

test("a person is invited; a refusal stands at the address", async () => {
  const asked = world(() => ({ status: 409, body: { code: "already_member" } }));
  showPage(MembersPage, MANAGER);
  const invite = (await screen.findAllByRole("button", { name: "Invite" }))[0] as HTMLElement;
  await userEvent.click(invite);
  await userEvent.type(screen.getByLabelText("E-mail"), "maya@demo.test");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Invite" }));
  await screen.findByText("This person is in the team already.");
  expect(screen.getByLabelText("E-mail").getAttribute("aria-invalid")).toBe("true");
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({
    email: "maya@demo.test",
    role: "operator",
    department_ids: [],
    skills: [],
  });
});

test("an open invitation is sent again, and revoked after a question", async () => {
  const asked = world(() => ({ body: { invitation: INVITATION } }));
  showPage(MembersPage, MANAGER);
  await userEvent.click(await screen.findByRole("button", { name: "Send again" }));
  await userEvent.click(screen.getByRole("button", { name: "Revoke: nina@demo.test" }));
  await userEvent.click(screen.getByRole("button", { name: "Revoke" }));
  expect(
    asked.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
  ).toEqual(["POST /team/invitations/i1/resend", "DELETE /team/invitations/i1"]);
});

test("a table is looked at first, then imported; what was refused is told by line", async () => {
  const refused = [
    { line: 3, field: "email", code: "email_invalid", message: "This is not an e-mail address." },
  ];
  const paths: string[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (init.method !== "POST") return new Response(JSON.stringify({ items: [], next_cursor: null }));
    paths.push(url);
    return new Response(JSON.stringify({ dry_run: false, rows: 2, invited: 1, refused }));
  });
  showPage(MembersPage, MANAGER);
  await userEvent.click(await screen.findByRole("button", { name: "Import" }));
  const file = new File(["email\nnina@demo.test\nnobody\n"], "team.csv", { type: "text/csv" });
  await userEvent.upload(screen.getByLabelText("File in CSV"), file);
  await screen.findByText("2 rows. This would become of them:");
  await userEvent.click(screen.getByRole("button", { name: "Invite 1 person" }));
  await screen.findByText("2 rows. This became of them:");
  expect(screen.getByText("This is not an e-mail address.")).toBeTruthy();
  expect(paths).toEqual([
    "/api/v1/team/members/import?dry_run=true",
    "/api/v1/team/members/import?dry_run=false",
  ]);
});

test("a colleague's availability is shown, and set by who may", async () => {
  const asked = world(() => ({ body: { user_id: "u9", availability: { state: "online", kind: "online" } } }));
  showPage(MembersPage, ["team.read", "team.availability"]);
  await screen.findByText("Lunch");
  await userEvent.click(screen.getByRole("button", { name: "Actions: Maya" }));
  expect(screen.queryByRole("menuitem", { name: "Edit" })).toBeNull();
  await userEvent.click(await screen.findByRole("menuitem", { name: "Set the availability" }));
  await userEvent.selectOptions(screen.getByLabelText("Availability"), "Online");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const put = asked.find(({ method }) => method === "PUT");
  expect([put?.path, put?.body]).toEqual(["/team/members/u9/availability", { state: "online" }]);
});

test("a state of one's own is made; the built-in ones stay as they are", async () => {
  const asked = world(() => ({ body: { state: STATES[1] } }));
  showPage(AvailabilityPage, MANAGER);
  await screen.findByText("Lunch");
  expect(screen.queryByRole("button", { name: "Delete: Online" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Add a state" }));
  await userEvent.type(screen.getByLabelText("Name"), "Training");
  await userEvent.click(screen.getByLabelText("Offline"));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ name: "Training", kind: "offline" });
});
