import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import { invitations } from "~/api/invitations";
import type { Me } from "~/api/types";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";

interface JoinAsOneselfProps {
  token: string;
  me: Me;
  onJoined: () => Promise<void>;
}

/** Who is signed in with the invited address only says yes. */
export function JoinAsOneself({ token, me, onJoined }: JoinAsOneselfProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const join = useMutation({
    mutationFn: async () => {
      const { slug } = await invitations.accept(token, {});
      const tenant = (await api.tenants()).find((each) => each.slug === slug);
      if (tenant && !tenant.current) await api.selectTenant(tenant.id);
      await onJoined();
    },
  });
  return (
    <>
      {join.isError && (
        <Banner tone="danger" alert>
          {errorText(join.error)}
        </Banner>
      )}
      <p>{t("invite.oneself", { name: me.user.name, email: me.user.email })}</p>
      <Button variant="primary" size="lg" autoFocus busy={join.isPending} onClick={() => join.mutate()}>
        {t("invite.submit")}
      </Button>
    </>
  );
}
