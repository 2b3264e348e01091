import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, lazy, type ReactNode, Suspense, use, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, whenSignedOut } from "~/api/client";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { Me } from "~/api/types";
import { adoptAccountLocale } from "~/i18n";
import { keys } from "~/inbox/cache";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { CloudOff } from "~/ui/icons";
import { LiveSession } from "./live-session";
import { Proof } from "./proof-dialog";
import { SignIn } from "./sign-in";
import { Splash } from "./splash";

const EnrolGate = lazy(() =>
  import("~/account/enrol-gate").then((module) => ({ default: module.EnrolGate })),
);

/** Exported for the kit, which shows components with a session that never starts. */
export const SessionContext = createContext<LiveSession | null>(null);

/** The signed-in session; only below SessionGate. */
export function useSession(): LiveSession {
  const session = use(SessionContext);
  if (!session) throw new Error("useSession outside SessionGate");
  return session;
}

export function useCan(): (permission: string) => boolean {
  const { me } = useSession();
  return (permission) => me.permissions.includes(permission);
}

async function whoAmI(signal: AbortSignal): Promise<Me | null> {
  try {
    return await api.me(signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/**
 * Shows the console to who is signed in, and the sign-in page in its place to who is not. The address stays:
 * after signing in (again) one is where one was, with drafts and unsent texts.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [expired, setExpired] = useState(false);
  const me = useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => whoAmI(signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });

  useEffect(() => {
    whenSignedOut(() => {
      if (!queries.getQueryData(keys.me)) return;
      setExpired(true);
      queries.setQueryData(keys.me, null);
    });
  }, [queries]);

  if (me.isPending) return <Splash />;
  if (me.isError && !me.data) return <Unreachable error={me.error} onRetry={() => void me.refetch()} />;
  if (!me.data) return <SignIn expired={expired} onSignedIn={() => setExpired(false)} />;
  if (me.data.two_factor_required)
    return (
      <Suspense fallback={<Splash />}>
        <EnrolGate me={me.data} />
      </Suspense>
    );
  return (
    <SignedIn key={`${me.data.user.id} ${me.data.tenant.id}`} me={me.data}>
      {children}
    </SignedIn>
  );
}

function SignedIn({ me, children }: { me: Me; children: ReactNode }) {
  const queries = useQueryClient();
  const session = useMemo(() => new LiveSession(queries, me), [queries, me]);
  useEffect(() => {
    adoptAccountLocale(me.user.locale);
    session.start();
    return () => session.stop();
  }, [session, me]);
  return (
    <SessionContext value={session}>
      {children}
      <Proof me={me} />
    </SessionContext>
  );
}

function Unreachable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <main className="splash">
      <Empty
        icon={CloudOff}
        title={t("session.unreachable")}
        actions={
          <Button variant="primary" onClick={onRetry}>
            {t("common.retry")}
          </Button>
        }
      >
        {errorText(error)}
      </Empty>
    </main>
  );
}

/** End the session on the server, then forget what it showed. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await api.logout();
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
    queries.setQueryData(keys.me, null);
  };
}
