import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PlatformMember, PlatformTenant } from "~/api/platform";
import type { Me } from "~/api/types";
import { ImpersonationBar } from "~/frame/impersonation-bar";
import { timeLeft } from "~/frame/time-left";
import { i18next, startI18n } from "~/i18n";
import { me } from "~/kit/fixtures";
import { serve, showPage } from "~/settings/test-world";
import { TenantPage } from "./tenant-page";
import { TenantsPage } from "./tenants-page";

startI18n();
const before = { ...me };
const be = (part: Partial<Me>) => Object.assign(me, part);
beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  Object.assign(me, { platform_role: undefined, impersonator: undefined }, before);
});

const TENANT: PlatformTenant = {
  id: "t9",
  slug: "tea",
  name: "Tea shop",
  status: "active",
  created_at: "2026-11-26T12:00:00+00:00",
  manager_id: null,
  referrer_id: null,
};
const MEMBER: PlatformMember = {
  id: "u9",
  name: "Maya",
  email: "maya@tea.example",
  role: "owner",
  disabled: false,
};

function answers() {
  return serve(({ method, path }) => {
    if (path.endsWith("/suspend")) return { body: { tenant: { ...TENANT, status: "suspended" } } };
    if (method !== "GET") return { status: 200, body: null };
    if (path.includes("/members")) return { body: { items: [MEMBER], next_cursor: null } };
    if (path.includes("/tenants/")) return { body: { tenant: TENANT } };
    return { body: { items: [TENANT], next_cursor: null } };
  });
}

test("time is told in minutes and seconds, none below zero", () => {
  expect([3_543_000, 60_000, 59_001, 1, 0, -5].map(timeLeft)).toEqual([
    "59:03",
    "1:00",
    "1:00",
    "0:01",
    "0:00",
    "0:00",
  ]);
});

describe("the platform", () => {
  test("shows its tenants to an admin, by routes of their own root", async () => {
    be({ platform_role: "admin" });
    const asked = answers();
    showPage(TenantsPage, []);
    const link = await screen.findByRole("link", { name: "Tea shop" });
    expect(link.getAttribute("href")).toBe("/platform/t9");
    expect(asked[0]?.path).toMatch(/^\/admin\/v1\/tenants\?/);
  });

  test("shows nothing to anybody else, nor in another's name", async () => {
    const asked = answers();
    showPage(TenantsPage, []);
    await screen.findByText("Your role does not open this page");
    cleanup();
    be({ platform_role: "admin", impersonator: { name: "Root" } });
    showPage(TenantsPage, []);
    await screen.findByText("Your role does not open this page");
    expect(asked).toEqual([]);
  });

  test("suspends a tenant after it has asked", async () => {
    be({ platform_role: "admin" });
    const asked = answers();
    showPage(TenantPage, [], "/platform/t9");
    await userEvent.click(await screen.findByRole("button", { name: "Suspend" }));
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Suspend" }));
    await screen.findByRole("button", { name: "Reopen" });
    expect(asked.some(({ method, path }) => method === "POST" && path.endsWith("/suspend"))).toBe(true);
    expect(screen.queryByRole("button", { name: "Act as Maya" })).toBeNull();
  });

  test("acts as a member with a reason and for a time, and begins anew", async () => {
    be({ platform_role: "admin" });
    const asked = answers();
    const assign = vi.fn();
    vi.stubGlobal("location", { ...location, assign });
    showPage(TenantPage, [], "/platform/t9");
    await userEvent.click(await screen.findByRole("button", { name: "Act as Maya" }));
    const begin = screen.getByRole<HTMLButtonElement>("button", { name: "Begin" });
    await userEvent.type(screen.getByLabelText("Reason"), "T 47");
    expect(begin.disabled).toBe(true);
    await userEvent.type(screen.getByLabelText("Reason"), "11");
    await userEvent.click(screen.getByRole("radio", { name: "15 minutes" }));
    await userEvent.click(begin);
    await waitFor(() => expect(assign).toHaveBeenCalledWith("/inbox"));
    expect(asked.find(({ path }) => path.endsWith("/impersonate"))?.body).toEqual({
      email: "maya@tea.example",
      reason: "T 4711",
      minutes: 15,
    });
  });

  test("lets a manager look and not act", async () => {
    be({ platform_role: "manager" });
    answers();
    showPage(TenantPage, [], "/platform/t9");
    await screen.findByText("Maya");
    expect(screen.queryByRole("button", { name: "Suspend" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Act as Maya" })).toBeNull();
  });
});

const Bar = () => <ImpersonationBar />;

describe("acting in another's name", () => {
  test("is said with the time that is left, and ended by a button", async () => {
    be({ impersonator: { name: "Root", until: new Date(Date.now() + 125_000).toISOString() } });
    const asked = answers();
    const assign = vi.fn();
    vi.stubGlobal("location", { ...location, assign });
    showPage(Bar, []);
    expect((await screen.findByRole("timer")).textContent).toMatch(/2:0\d left/);
    await userEvent.click(screen.getByRole("button", { name: "Back to my own name" }));
    await waitFor(() => expect(assign).toHaveBeenCalledWith("/platform"));
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: "/admin/v1/impersonation" });
  });
});
