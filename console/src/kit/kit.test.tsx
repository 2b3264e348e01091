import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { i18next, startI18n } from "~/i18n";
import { routeTree } from "~/router";
import { TooltipProvider } from "~/ui/tooltip";

startI18n();
afterEach(cleanup);

test.each(["ru", "en"])("the kit shows every part in %s without a server", async (locale) => {
  await i18next.changeLanguage(locale);
  const ask = vi.fn(() => Promise.reject(new TypeError("no server")));
  vi.stubGlobal("fetch", ask);
  const router = createRouter({
    routeTree,
    history: createMemoryHistory({ initialEntries: ["/console/_kit"] }),
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TooltipProvider>
        <RouterProvider router={router as never} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  await screen.findByText(locale === "ru" ? "Компоненты OmniSupport" : "OmniSupport kit");
  const parts = screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent);
  for (const part of [
    "Button, primary",
    "Badge",
    "CheckList",
    "ToldOnce",
    "ConversationRow",
    "Thread rows",
    "ThreadHeader",
    "Customer panel",
  ]) {
    expect(parts).toContain(part);
  }
  expect(document.body.textContent).not.toMatch(/\b[a-z]+\.[a-z]+[A-Z]?[a-z]*\.(title|text)\b/);
  expect(ask).not.toHaveBeenCalled();
});
