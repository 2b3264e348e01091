import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "~/api/client";
import { api } from "~/api/endpoints";
import { i18next, startI18n } from "~/i18n";
import { routeTree } from "~/router";
import { TooltipProvider } from "~/ui/tooltip";

startI18n();

function visit(path: string) {
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

async function fillIn(person: ReturnType<typeof userEvent.setup>) {
  await person.type(await screen.findByLabelText("Workspace or company"), "Чайная лавка");
  await person.type(screen.getByLabelText("Your name"), "Anna");
  await person.type(screen.getByLabelText("E-mail"), "anna@demo.test");
  await person.type(screen.getByLabelText("Password"), "three green apples");
}

beforeEach(() => i18next.changeLanguage("en"));

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  window.location.hash = "";
});

describe("signing up", () => {
  test("shows the address that the name becomes, and then says to look into the mail", async () => {
    const register = vi.spyOn(api, "register").mockResolvedValue({ email: "anna@demo.test" });
    const person = visit("/sign-up");
    await fillIn(person);
    expect(screen.getByText(/chaynaya-lavka/)).toBeTruthy();
    await person.keyboard("{Enter}");
    expect(await screen.findByText("Check your mail")).toBeTruthy();
    expect(register.mock.calls[0]?.[0]).not.toHaveProperty("slug");
  });

  test("a taken address is refused at its field, and nothing that was typed is lost", async () => {
    const errors = [{ field: "slug", message: "taken" }];
    vi.spyOn(api, "register").mockRejectedValue(new ApiError({ code: "slug_taken", status: 409, errors }));
    const person = visit("/sign-up");
    await fillIn(person);
    await person.click(screen.getByRole("button", { name: "Choose the address myself" }));
    await person.click(screen.getByRole("button", { name: "Create" }));
    const slug = await screen.findByLabelText<HTMLInputElement>("Address");
    await vi.waitFor(() => expect(slug.getAttribute("aria-invalid")).toBe("true"));
    expect(slug.value).toBe("chaynaya-lavka");
    expect(screen.getByText("This address is taken. Choose another.")).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe("three green apples");
  });
});

describe("the links of mails", () => {
  test("a new password is set by the token of the fragment, which leaves the address", async () => {
    const reset = vi.spyOn(api, "resetPassword").mockResolvedValue(undefined);
    const person = visit("/reset-password#token=a_1");
    await person.type(await screen.findByLabelText("New password"), "three green apples{Enter}");
    expect(await screen.findByText("The password is set. Sign in with it.")).toBeTruthy();
    expect(reset).toHaveBeenCalledWith("a_1", "three green apples");
    expect(window.location.hash).toBe("");
  });

  test("without a token the page says so and leads to a new link", async () => {
    visit("/reset-password");
    expect(await screen.findByText(/This link was used or is too old/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "Ask for a new link" })).toBeTruthy();
  });

  test("an address is confirmed by a press, not by the visit", async () => {
    const verify = vi.spyOn(api, "verifyEmail").mockResolvedValue({ email: "anna@demo.test" });
    const person = visit("/verify-email#token=a_2");
    const button = await screen.findByRole("button", { name: "Confirm" });
    expect(verify).not.toHaveBeenCalled();
    await person.click(button);
    expect(await screen.findByText("anna@demo.test is confirmed.")).toBeTruthy();
  });

  test("asking for a link says the same of every address", async () => {
    vi.spyOn(api, "forgotPassword").mockResolvedValue({ email: "nobody@demo.test" });
    const person = visit("/forgot-password");
    await person.type(await screen.findByLabelText("E-mail"), "nobody@demo.test{Enter}");
    expect(await screen.findByText(/If the address has an account/)).toBeTruthy();
  });
});
