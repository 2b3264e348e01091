import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "~/api/client";
import { api } from "~/api/endpoints";
import { i18next, startI18n } from "~/i18n";
import { keys } from "~/inbox/cache";
import { me } from "~/kit/fixtures";
import { writeStored } from "~/lib/storage";
import { TooltipProvider } from "~/ui/tooltip";
import { SignIn } from "./sign-in";

startI18n();

const HOME = { id: "t1", slug: "demo", name: "Tea shop", role: "owner", current: true };
const OTHER = { id: "t2", slug: "other", name: "Other shop", role: "operator", current: false };

function show({ expired = false } = {}) {
  const queries = new QueryClient();
  const page = createRootRoute({ component: () => <SignIn expired={expired} onSignedIn={() => {}} /> });
  const router = createRouter({ routeTree: page, history: createMemoryHistory() });
  render(
    <QueryClientProvider client={queries}>
      <TooltipProvider>
        <RouterProvider router={router as never} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  return { who: () => queries.getQueryData(keys.me), person: userEvent.setup() };
}

async function enterPassword(person: ReturnType<typeof userEvent.setup>) {
  await person.type(await screen.findByLabelText("E-mail"), "anna@demo.test");
  await person.type(screen.getByLabelText("Password"), "secret words here{Enter}");
}

beforeEach(async () => {
  localStorage.clear();
  await i18next.changeLanguage("en");
  vi.spyOn(api, "login").mockResolvedValue(null);
  vi.spyOn(api, "me").mockResolvedValue(me);
  vi.spyOn(api, "tenants").mockResolvedValue([HOME]);
  vi.spyOn(api, "selectTenant").mockResolvedValue(null);
  vi.spyOn(api, "passSecondFactor").mockResolvedValue(null);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("signing in", () => {
  test("by password alone leads in", async () => {
    const { who, person } = show();
    await enterPassword(person);
    await vi.waitFor(() => expect(who()).toBe(me));
    expect(api.passSecondFactor).not.toHaveBeenCalled();
  });

  test("what is missing is said at the field, and the first of them has the focus", async () => {
    const { person } = show();
    await person.click(await screen.findByRole("button", { name: "Sign in" }));
    expect(screen.getByText("Enter your e-mail address.")).toBeTruthy();
    expect(screen.getByText("Enter your password.")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText("E-mail"));
    expect(api.login).not.toHaveBeenCalled();
  });
});

describe("the second factor", () => {
  beforeEach(() => {
    vi.mocked(api.login).mockResolvedValue({ two_factor: { token: "a_1", expires_in: 300 } });
  });

  test("is asked for in a field that telephones fill in, and takes a pasted code", async () => {
    const { who, person } = show();
    await enterPassword(person);
    const code = await screen.findByLabelText("Code");
    expect(code.getAttribute("autocomplete")).toBe("one-time-code");
    await person.click(code);
    await person.paste(" 123 456 ");
    await person.keyboard("{Enter}");
    await vi.waitFor(() => expect(who()).toBe(me));
    expect(api.passSecondFactor).toHaveBeenCalledWith({ token: "a_1", code: "123 456" });
  });

  test("a wrong code is refused at its field, and the field is there to try again", async () => {
    const fields = [{ field: "code", message: "wrong" }];
    vi.mocked(api.passSecondFactor).mockRejectedValueOnce(
      new ApiError({ code: "code_wrong", status: 403, errors: fields }),
    );
    const { who, person } = show();
    await enterPassword(person);
    await person.type(await screen.findByLabelText("Code"), "000000{Enter}");
    const field = await screen.findByLabelText("Code");
    await vi.waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
    expect(screen.getByText(/The code is wrong/)).toBeTruthy();
    expect(document.activeElement).toBe(field);
    expect(who()).toBeUndefined();
  });

  test("a recovery code goes as one", async () => {
    const { who, person } = show();
    await enterPassword(person);
    await person.click(await screen.findByRole("button", { name: "Use a recovery code" }));
    await person.type(screen.getByLabelText("Recovery code"), "abcd-efgh{Enter}");
    await vi.waitFor(() => expect(who()).toBe(me));
    expect(api.passSecondFactor).toHaveBeenCalledWith({ token: "a_1", recovery_code: "abcd-efgh" });
  });

  test("too late leads back to the password and says why", async () => {
    vi.mocked(api.passSecondFactor).mockRejectedValueOnce(
      new ApiError({ code: "account_token_invalid", status: 401 }),
    );
    const { person } = show();
    await enterPassword(person);
    await person.type(await screen.findByLabelText("Code"), "123456{Enter}");
    expect(await screen.findByText("The code took too long. Enter your password again.")).toBeTruthy();
    expect(screen.getByLabelText("Password")).toBeTruthy();
  });
});

describe("several workspaces", () => {
  beforeEach(() => {
    vi.mocked(api.tenants).mockResolvedValue([HOME, OTHER]);
  });

  test("are asked for, and the chosen one is entered", async () => {
    const { who, person } = show();
    await enterPassword(person);
    await person.click(await screen.findByRole("button", { name: /Other shop/ }));
    await vi.waitFor(() => expect(who()).toBe(me));
    expect(api.selectTenant).toHaveBeenCalledWith("t2");
  });

  test("after a session that ended by itself it is the one where one was", async () => {
    writeStored("tenant", "t2");
    const { who, person } = show({ expired: true });
    await enterPassword(person);
    await vi.waitFor(() => expect(who()).toBe(me));
    expect(api.selectTenant).toHaveBeenCalledWith("t2");
  });
});
