import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError, request } from "~/api/client";
import { api } from "~/api/endpoints";
import type { Key, Me } from "~/api/types";
import { i18next, startI18n } from "~/i18n";
import { me } from "~/kit/fixtures";
import { LiveSession } from "~/session/live-session";
import { Proof } from "~/session/proof-dialog";
import { SessionContext } from "~/session/session";
import { TooltipProvider } from "~/ui/tooltip";
import { ProfilePage } from "./profile-page";
import { expiryOf } from "./scopes";

startI18n();

const NOW = "2026-11-26T10:00:00Z";
const session = {
  id: "s1",
  kind: "cookie" as const,
  device: "Firefox, Linux",
  address: "203.0.113.7",
  created_at: NOW,
  last_seen_at: NOW,
  expires_at: NOW,
  current: true,
  impersonated: false,
};
const key: Key = {
  id: "k1",
  name: "script",
  user_id: "u1",
  scopes: ["team.read"],
  hint: "abcd",
  created_by: "u1",
  created_at: NOW,
  expires_at: null,
  last_used_at: null,
};

function show(change: Partial<Me> = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const who = { ...me, ...change };
  render(
    <QueryClientProvider client={queries}>
      <SessionContext value={new LiveSession(queries, who)}>
        <TooltipProvider>
          <ProfilePage />
          <Proof me={who} />
        </TooltipProvider>
      </SessionContext>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

const dialog = () => within(screen.getByRole("dialog"));

beforeEach(async () => {
  localStorage.clear();
  await i18next.changeLanguage("en");
  vi.spyOn(api, "sessions").mockResolvedValue([
    session,
    { ...session, id: "s2", current: false, device: null },
  ]);
  vi.spyOn(api, "keys").mockResolvedValue({ items: [], next_cursor: null });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the profile", () => {
  test("a refused name is refused at its field, and what was typed stays", async () => {
    const errors = [{ field: "name", message: "no" }];
    vi.spyOn(api, "changeMe").mockRejectedValue(new ApiError({ code: "name_invalid", status: 422, errors }));
    const person = show();
    const name = screen.getByLabelText<HTMLInputElement>("Name");
    await person.clear(name);
    await person.type(name, "A\u200bB");
    await person.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText(/has characters that cannot be used/)).toBeTruthy();
    expect(name.value).toBe("A\u200bB");
    expect(document.activeElement).toBe(name);
  });

  test("another session is ended, one's own cannot be by mistake", async () => {
    const end = vi.spyOn(api, "endSession").mockResolvedValue(undefined);
    const person = show();
    await person.click(await screen.findByRole("button", { name: "Sign out: Browser" }));
    expect(end.mock.calls[0]?.[0]).toBe("s2");
    expect(screen.queryByRole("button", { name: "Sign out: Firefox, Linux" })).toBeNull();
  });

  test("what cannot be read is said, with a way to try again", async () => {
    vi.mocked(api.sessions).mockRejectedValueOnce(new ApiError({ code: "timeout" }));
    const person = show();
    expect(await screen.findByText("The server did not answer in time. Try again.")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Firefox, Linux")).toBeTruthy();
  });
});

describe("the second factor", () => {
  test("is set up by a picture and a code, and its recovery codes are shown once", async () => {
    const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    vi.spyOn(api, "beginTwoFactor").mockResolvedValue({
      secret: "JBSW",
      otpauth_url: "otpauth://",
      qr_svg: svg,
    });
    vi.spyOn(api, "confirmTwoFactor").mockResolvedValue({ recovery_codes: ["aaaa-1111", "bbbb-2222"] });
    const person = show();
    await person.click(screen.getByRole("button", { name: "Set up" }));
    const picture = await screen.findByRole<HTMLImageElement>("img", { name: /QR code/ });
    expect(picture.src).toMatch(/^data:image\/svg\+xml,/);
    await person.type(dialog().getByLabelText("Code"), "123456{Enter}");
    expect(await screen.findByText("aaaa-1111")).toBeTruthy();
    expect(api.beginTwoFactor).toHaveBeenCalledTimes(1);
    await person.click(screen.getByRole("button", { name: "I have kept them" }));
    expect(screen.queryByText("aaaa-1111")).toBeNull();
  });
});

describe("API keys", () => {
  test("a key needs a name and something that it may do, and is shown once", async () => {
    vi.spyOn(api, "createKey").mockResolvedValue({ key, token: "k_secret" });
    const person = show({ permissions: ["conversations.read", "team.read"] });
    await person.click(await screen.findByRole("button", { name: "New key" }));
    await person.click(dialog().getByRole("button", { name: "New key" }));
    expect(dialog().getByText("Enter a name.")).toBeTruthy();
    expect(dialog().getByText("Choose at least one thing that it may do.")).toBeTruthy();
    await person.type(dialog().getByLabelText("Name"), "script");
    await person.click(dialog().getByLabelText("Read the team"));
    await person.click(dialog().getByRole("button", { name: "New key" }));
    expect(await screen.findByText("k_secret")).toBeTruthy();
    expect(vi.mocked(api.createKey).mock.calls[0]?.[1]).toMatchObject({
      name: "script",
      scopes: ["team.read"],
    });
  });

  test("its life ends when it was told to", () => {
    expect(expiryOf("30", new Date(NOW))).toBe("2026-12-26T10:00:00.000Z");
    expect(expiryOf("never", new Date(NOW))).toBeNull();
  });
});

describe("the password asked for again", () => {
  const asked = { code: "reauthentication_required", status: 403 };
  const answering = (...statuses: [number, unknown][]) =>
    vi.stubGlobal(
      "fetch",
      vi.fn(async () => {
        const [status, body] = statuses.shift() ?? [500, {}];
        return new Response(status === 204 ? null : JSON.stringify(body), { status });
      }),
    );

  test("lets the action go on by itself, after a wrong one too", async () => {
    const person = show();
    const wrong = { code: "password_wrong", status: 403, errors: [{ field: "password", message: "wrong" }] };
    answering([403, asked], [403, wrong], [204, null], [200, { done: true }]);
    const action = request("POST", "/keys", { body: {} });
    await screen.findByRole("dialog");
    await person.type(dialog().getByLabelText("Password"), "wrong{Enter}");
    expect(await screen.findByText("The password is wrong.")).toBeTruthy();
    await person.type(dialog().getByLabelText("Password"), "right{Enter}");
    expect(await action).toEqual({ done: true });
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("given up leaves the action undone", async () => {
    const person = show();
    answering([403, asked]);
    const action = request("POST", "/keys", { body: {} });
    action.catch(() => {});
    await person.click(await screen.findByRole("button", { name: "Close" }));
    await expect(action).rejects.toMatchObject({ code: "reauthentication_required" });
  });
});
