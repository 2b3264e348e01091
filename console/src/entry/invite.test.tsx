import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "~/api/client";
import { api } from "~/api/endpoints";
import { invitations } from "~/api/invitations";
import { i18next, startI18n } from "~/i18n";
import { me } from "~/kit/fixtures";
import { routeTree } from "~/router";
import { TooltipProvider } from "~/ui/tooltip";
import { otherKind } from "./invite-form";

startI18n();

const OFFER = {
  workspace: "Tea House",
  email: "nina@demo.test",
  name: "Nina",
  role: "operator",
  role_name: "Оператор",
  invited_by: "Olga",
  expires_at: "2027-01-01T00:00:00Z",
};
const JOINED = { workspace: "Tea House", slug: "tea", email: OFFER.email };
const signedOut = new ApiError({ status: 401, code: "unauthenticated" });

function visit(here: "nobody" | typeof me = "nobody", path = "/invite#token=i_1") {
  if (here === "nobody") vi.spyOn(api, "me").mockRejectedValue(signedOut);
  else vi.spyOn(api, "me").mockResolvedValue(here);
  window.location.hash = path.split("#")[1] ?? "";
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: [path] }) });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TooltipProvider>
        <RouterProvider router={router as never} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

beforeEach(() => i18next.changeLanguage("en"));
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  window.location.hash = "";
});

describe("an invitation", () => {
  test("says who invites, where to and as what; a new person joins and comes to the second step", async () => {
    vi.spyOn(invitations, "look").mockResolvedValue(OFFER);
    const accept = vi.spyOn(invitations, "accept").mockResolvedValue(JOINED);
    const login = vi.spyOn(api, "login").mockResolvedValue({ two_factor: { token: "a_1", expires_in: 300 } });
    const person = visit();
    expect(await screen.findByRole("heading", { name: "Join Tea House" })).toBeTruthy();
    expect(screen.getByText("Olga invites you as: Operator.")).toBeTruthy();
    await person.type(screen.getByLabelText("Choose a password"), "three green apples{Enter}");
    expect(await screen.findByText("Second step")).toBeTruthy();
    expect(accept).toHaveBeenCalledWith("i_1", { name: "Nina", password: "three green apples" });
    expect(login).toHaveBeenCalledWith(OFFER.email, "three green apples", "tea");
    expect(window.location.hash).toBe("");
  });

  test("whose address has an account is told, and enters its password", async () => {
    vi.spyOn(invitations, "look").mockResolvedValue(OFFER);
    vi.spyOn(invitations, "accept").mockRejectedValue(new ApiError({ status: 401, code: "sign_in_failed" }));
    const person = visit();
    await person.type(await screen.findByLabelText("Choose a password"), "three green apples{Enter}");
    expect(await screen.findByText(/This address has an account already/)).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe("");
    expect(screen.queryByLabelText("Your name")).toBeNull();
  });

  test("who is signed in with the address joins by one press", async () => {
    vi.spyOn(invitations, "look").mockResolvedValue({ ...OFFER, email: me.user.email });
    const accept = vi.spyOn(invitations, "accept").mockRejectedValue(signedOut);
    const person = visit(me);
    await person.click(await screen.findByRole("button", { name: "Join" }));
    expect(accept).toHaveBeenCalledWith("i_1", {});
    expect(await screen.findByRole("alert")).toBeTruthy();
  });

  test("who is signed in as somebody else is told so", async () => {
    vi.spyOn(invitations, "look").mockResolvedValue(OFFER);
    visit(me);
    expect(await screen.findByText(/You are signed in here as anna@demo.test/)).toBeTruthy();
    expect(screen.getByLabelText("Choose a password")).toBeTruthy();
  });

  test.each(["/invite", "/invite#token=i_gone"])(
    "%s: what is good no more is said in words",
    async (path) => {
      vi.spyOn(invitations, "look").mockRejectedValue(
        new ApiError({ status: 404, code: "invitation_invalid" }),
      );
      visit("nobody", path);
      expect(await screen.findByText(/This invitation is not valid/)).toBeTruthy();
    },
  );
});

test("a refusal of the other kind of answer shows which it is", () => {
  const nameless = new ApiError({ status: 422, code: "invalid", errors: [{ field: "name", message: "" }] });
  expect(otherKind(nameless, "known")).toBe("new");
  expect(otherKind(nameless, "new")).toBeNull();
  expect(otherKind(new ApiError({ status: 401, code: "sign_in_failed" }), "known")).toBeNull();
});
