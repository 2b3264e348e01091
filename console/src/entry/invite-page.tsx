import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "~/api/client";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import { invitations, type Joined, type Offer } from "~/api/invitations";
import type { Me } from "~/api/types";
import { keys } from "~/inbox/cache";
import { writeStored } from "~/lib/storage";
import { CodeStep } from "~/session/code-step";
import { EntryCard } from "~/session/entry-card";
import { LAST_TENANT } from "~/session/last-tenant";
import { useRoleName } from "~/session/roles";
import { Splash } from "~/session/splash";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";
import { ToSignIn } from "./entry-links";
import { AcceptForm, type Credentials } from "./invite-form";
import { JoinAsOneself } from "./invite-oneself";
import { useLinkToken } from "./token";

/** Join a workspace by the link of the mail. */
export function InvitePage() {
  const token = useLinkToken();
  return token ? <Invitation token={token} /> : <NotValid />;
}

function NotValid() {
  const { t } = useTranslation();
  return (
    <EntryCard title={t("invite.title")} aside={<ToSignIn />}>
      <Banner tone="danger" alert>
        {t("errors.invitation_invalid")}
      </Banner>
    </EntryCard>
  );
}

function Invitation({ token }: { token: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const offer = useQuery({
    queryKey: ["invite", token],
    queryFn: ({ signal }) => invitations.look(token, signal),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const me = useQuery({ queryKey: ["invite", "me"], queryFn: ({ signal }) => whoIsHere(signal), retry: 1 });
  if (offer.isPending || me.isPending) return <Splash />;
  if (offer.data) return <Answer token={token} offer={offer.data} me={me.data ?? null} />;
  if (offer.error instanceof ApiError && offer.error.status === 404) return <NotValid />;
  return (
    <EntryCard title={t("invite.title")} aside={<ToSignIn />}>
      <Banner tone="danger" alert>
        {errorText(offer.error)}
      </Banner>
      <Button busy={offer.isFetching} onClick={() => void offer.refetch()}>
        {t("common.retry")}
      </Button>
    </EntryCard>
  );
}

async function whoIsHere(signal: AbortSignal): Promise<Me | null> {
  try {
    return await api.me(signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

type Step = { at: "offer" } | { at: "code"; token: string } | { at: "joined" };

function Answer({ token, offer, me }: { token: string; offer: Offer; me: Me | null }) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const enter = useEnter();
  const [step, setStep] = useState<Step>({ at: "offer" });
  const role = roleName(offer.role);
  const words = {
    inviter: offer.invited_by ?? "",
    workspace: offer.workspace,
    role: role === offer.role ? offer.role_name : role,
  };
  const signIn = async (joined: Joined, password: string) => {
    try {
      const needed = await api.login(joined.email, password, joined.slug);
      if (needed) setStep({ at: "code", token: needed.two_factor.token });
      else await enter();
    } catch {
      setStep({ at: "joined" }); // the invitation is used up: what is left is an ordinary sign-in
    }
  };
  const join = async ({ name, password }: Credentials) => {
    const joined = await invitations.accept(token, name ? { name, password } : { password });
    await signIn(joined, password);
  };
  if (step.at === "code")
    return (
      <CodeStep
        token={step.token}
        onPassed={enter}
        onLate={() => setStep({ at: "joined" })}
        onBack={() => setStep({ at: "joined" })}
      />
    );
  if (step.at === "joined")
    return (
      <EntryCard title={t("invite.joinedTitle", words)} aside={<ToSignIn />}>
        <Banner tone="success">{t("invite.joined")}</Banner>
      </EntryCard>
    );
  const isOther = me !== null && me.user.email !== offer.email;
  return (
    <EntryCard
      title={t("invite.to", words)}
      hint={offer.invited_by ? t("invite.by", words) : t("invite.as", words)}
      aside={<ToSignIn />}
    >
      {isOther && (
        <Banner tone="warning">{t("invite.other", { email: offer.email, me: me.user.email })}</Banner>
      )}
      {me && !isOther && !me.two_factor_required ? (
        <JoinAsOneself token={token} me={me} onJoined={enter} />
      ) : (
        <AcceptForm offer={offer} join={join} />
      )}
    </EntryCard>
  );
}

/** Into the workspace that the session is in by now; nothing stays of another one that was here before. */
function useEnter(): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    const me = await api.me();
    writeStored(LAST_TENANT, me.tenant.id);
    queries.removeQueries({ predicate: ({ queryKey }) => !["me", "invite"].includes(String(queryKey[0])) });
    queries.setQueryData(keys.me, me);
    await navigate({ to: "/inbox", search: { view: "mine" }, replace: true });
  };
}
