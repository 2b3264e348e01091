import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import type { OwnTenant } from "~/api/types";
import { Badge } from "~/ui/badge";
import { Banner } from "~/ui/feedback";
import { Building2, Check } from "~/ui/icons";
import { EntryCard } from "./entry-card";
import { useRoleName } from "./roles";

interface ChooseWorkspaceProps {
  title: string;
  tenants: readonly OwnTenant[];
  onChoose: (id: string) => Promise<void>;
  aside?: ReactNode;
}

export function ChooseWorkspace({ title, tenants, onChoose, aside }: ChooseWorkspaceProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const roleName = useRoleName();
  const choose = useMutation({ mutationFn: onChoose });
  return (
    <EntryCard
      title={title}
      hint={t(tenants.length > 1 ? "workspaces.hint" : "workspaces.only")}
      aside={aside}
    >
      {choose.isError && (
        <Banner tone="danger" alert>
          {errorText(choose.error)}
        </Banner>
      )}
      <ul className="sign-in__choices">
        {tenants.map((tenant, at) => (
          <li key={tenant.id}>
            <button
              type="button"
              className="choice"
              // biome-ignore lint/a11y/noAutofocus: the page is this one question
              autoFocus={at === 0}
              aria-busy={choose.isPending && choose.variables === tenant.id}
              onClick={() => !choose.isPending && choose.mutate(tenant.id)}
            >
              <Building2 size={18} aria-hidden />
              <span className="choice__text">
                <span className="choice__name">{tenant.name}</span>
                <span className="choice__hint">
                  {tenant.slug} · {roleName(tenant.role)}
                </span>
              </span>
              {tenant.current && (
                <Badge tone="accent" icon={Check}>
                  {t("workspaces.current")}
                </Badge>
              )}
            </button>
          </li>
        ))}
      </ul>
    </EntryCard>
  );
}
