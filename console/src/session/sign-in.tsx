import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import type { Me, OwnTenant } from "~/api/types";
import { keys } from "~/inbox/cache";
import { readStored, writeStored } from "~/lib/storage";
import { ChooseWorkspace } from "./choose-workspace";
import { CodeStep } from "./code-step";
import { LAST_TENANT } from "./last-tenant";
import { PasswordStep } from "./password-step";

interface SignInProps {
  /** The session ended by itself while someone was working. */
  expired: boolean;
  onSignedIn: () => void;
}

type Step =
  | { at: "password"; late?: boolean }
  | { at: "code"; token: string }
  | { at: "workspace"; me: Me; tenants: OwnTenant[] };

/** Password, then the second factor where there is one, then the workspace where there are several. */
export function SignIn({ expired, onSignedIn }: SignInProps) {
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>({ at: "password" });

  const finish = (me: Me) => {
    writeStored(LAST_TENANT, me.tenant.id);
    onSignedIn();
    queries.setQueryData(keys.me, me);
  };
  /** The session is there. Who has several workspaces says which; after an expired session it is the one he was in. */
  const proceed = async () => {
    const me = await api.me();
    const tenants = await api.tenants().catch(() => []);
    if (tenants.length < 2) return finish(me);
    const last = tenants.find(({ id }) => id === readStored<string | null>(LAST_TENANT, null));
    if (!expired || !last) return setStep({ at: "workspace", me, tenants });
    if (last.id === me.tenant.id) return finish(me);
    await api.selectTenant(last.id);
    finish(await api.me());
  };

  if (step.at === "code")
    return (
      <CodeStep
        token={step.token}
        onPassed={proceed}
        onLate={() => setStep({ at: "password", late: true })}
        onBack={() => setStep({ at: "password" })}
      />
    );
  if (step.at === "workspace") return <WorkspaceStep {...step} onChosen={finish} />;
  return (
    <PasswordStep
      expired={expired}
      late={step.late ?? false}
      onPassed={async (needed) => {
        if (needed) setStep({ at: "code", token: needed.two_factor.token });
        else await proceed();
      }}
    />
  );
}

function WorkspaceStep({
  me,
  tenants,
  onChosen,
}: {
  me: Me;
  tenants: OwnTenant[];
  onChosen: (me: Me) => void;
}) {
  const { t } = useTranslation();
  const choose = async (id: string) => {
    if (id === me.tenant.id) return onChosen(me);
    await api.selectTenant(id);
    onChosen(await api.me());
  };
  return <ChooseWorkspace title={t("workspaces.title")} tenants={tenants} onChoose={choose} />;
}
