import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { Toasts } from "~/ui/toast";
import { TooltipProvider } from "~/ui/tooltip";
import { ExportButton } from "./export-button";

startI18n();

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function press(answer: Response) {
  await i18next.changeLanguage("en");
  const ask = vi.fn(async (_path: string, _init: RequestInit) => answer);
  vi.stubGlobal("fetch", ask);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TooltipProvider>
        <ExportButton search={{ tag: "vip" }} />
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  return ask;
}

test("the file holds what the list is filtered to", async () => {
  const save = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:file");
  const ask = await press(new Response("name\nAnna\n", { headers: { "Content-Type": "text/csv" } }));
  await vi.waitFor(() => expect(save).toHaveBeenCalledOnce());
  const [path, init] = ask.mock.calls[0] ?? [];
  expect([path, init?.method, init?.body]).toEqual(["/api/v1/customers/export", "POST", '{"tag":"vip"}']);
});

test("a refusal is said, and nothing is saved", async () => {
  const save = vi.spyOn(URL, "createObjectURL");
  await press(new Response(JSON.stringify({ code: "rate_limited" }), { status: 429 }));
  expect(await screen.findByText(/Too many requests at once/)).toBeTruthy();
  expect(save).not.toHaveBeenCalled();
});
