import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { configure, render } from "@testing-library/react";
import type { JSX } from "react";
import { vi } from "vitest";
import { me } from "~/kit/fixtures";
import { LiveSession } from "~/session/live-session";
import { SessionContext } from "~/session/session";
import { TooltipProvider } from "~/ui/tooltip";

// A loaded machine is slow, not broken.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

export interface Asked {
  method: string;
  path: string;
  body: unknown;
}

type Answer = { status?: number; body?: unknown };

/** A server for one test: answers by method and path, and what it was asked. */
export function serve(answer: (asked: Asked) => Answer | undefined): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const one = {
      method: init.method ?? "GET",
      path: url.replace("/api/v1", ""),
      body: init.body ? JSON.parse(String(init.body)) : undefined,
    };
    asked.push(one);
    const { status = 200, body } = answer(one) ?? { status: 404, body: { code: "not_found" } };
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  return asked;
}

/** Show one page of the settings to somebody with these permissions; `path` names what of its address it reads. */
export function showPage(
  Page: () => JSX.Element | null,
  permissions: string[],
  at = "/settings/page",
  path = "$",
) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const session = new LiveSession(queries, { ...me, permissions });
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path, component: Page });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({ initialEntries: [at] }),
  });
  render(
    <QueryClientProvider client={queries}>
      <SessionContext value={session}>
        <TooltipProvider>
          <RouterProvider router={router as never} />
        </TooltipProvider>
      </SessionContext>
    </QueryClientProvider>,
  );
  return { router, queries };
}
