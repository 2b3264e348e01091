import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client";
import "./design/tokens.css";
import "./design/base.css";
import "./ui/controls.css";
import "./ui/marks.css";
import "./ui/overlays.css";
import "./ui/feedback.css";
import "./session/session.css";
import { fetchI18n } from "./i18n";
import { router } from "./router";
import { TooltipProvider } from "./ui/tooltip";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false, // the socket tells what changed, and the 20 s resync what it missed
      retry: (count, error) => count < 2 && error instanceof ApiError && error.retryable,
      retryDelay: (count) => 400 * 2 ** count,
      networkMode: "always", // navigator.onLine is wrong too often to stop asking
    },
    mutations: { networkMode: "always", retry: false },
  },
});

function show(): void {
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <TooltipProvider delayDuration={450} skipDelayDuration={200}>
          <RouterProvider router={router} />
        </TooltipProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

void fetchI18n().then(show);
