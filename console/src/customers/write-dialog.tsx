import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { customers, type FirstWords } from "~/api/customers";
import { type Address, identities } from "~/api/identities";
import { newId } from "~/lib/ids";
import { TemplateDialog } from "~/reply/template-dialog";
import { FormDialog } from "~/settings/form-dialog";
import { Button } from "~/ui/button";
import { TextArea } from "~/ui/field";
import { FileText } from "~/ui/icons";
import { useChannelLabel } from "~/ui/marks";
import { SelectField } from "~/ui/select";
import { customerKeys, refusalOf } from "./use-change";

const LONGEST = 8_000;

/** The first words to a customer, at one of his addresses; then his conversation. */
export function WriteDialog({ customerId, onClose }: { customerId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const channelLabel = useChannelLabel();
  const [messageId] = useState(newId);
  const [chosen, setChosen] = useState("");
  const [text, setText] = useState("");
  const [picking, setPicking] = useState(false);
  const found = useQuery({
    queryKey: customerKeys.identities(customerId),
    queryFn: ({ signal }) => identities.list(customerId, signal),
  });
  const addresses = (found.data ?? []).filter(({ channel }) => channel.type !== "widget");
  const at = addresses.find(({ id }) => id === chosen) ?? addresses.find(({ opening }) => opening !== "none");
  const begin = useMutation({
    mutationFn: (words: FirstWords) =>
      customers.begin(customerId, { identity_id: at?.id ?? "", client_message_id: messageId, ...words }),
    onSuccess: (conversationId) =>
      navigate({ to: "/inbox/$conversationId", params: { conversationId }, search: { view: "all" } }),
  });
  const refusal = useMemo(() => refusalOf(t, begin.error, ["text", "identity_id"]), [t, begin.error]);
  const label = (one: Address) => {
    const address = `${channelLabel(one.channel)} · ${one.address.replace(/^whatsapp:/, "")}`;
    if (one.opening === "text") return address;
    return t(one.opening === "none" ? "customers.write.notNow" : "customers.write.asTemplate", { address });
  };
  if (picking && at)
    return (
      <TemplateDialog
        conversationId={null}
        channel={at.channel}
        onSend={(template) => begin.mutate({ content: { template } })}
        onClose={() => setPicking(false)}
      />
    );
  const isNowhere = found.isSuccess && !at;
  return (
    <FormDialog
      title={t("customers.write.title")}
      hint={t(isNowhere ? "customers.write.nowhere" : "customers.write.hint")}
      submit={t("customers.write.send")}
      busy={begin.isPending}
      refusal={refusal}
      ready={at?.opening === "text" && text.trim() !== ""}
      onSubmit={() => begin.mutate({ text })}
      onClose={onClose}
    >
      {at && (
        <SelectField
          label={t("customers.write.where")}
          value={at.id}
          hint={at.opening === "template" ? t("customers.write.templateOnly") : undefined}
          error={refusal.fields.identity_id}
          options={addresses.map((one) => ({
            value: one.id,
            label: label(one),
            disabled: one.opening === "none",
          }))}
          onChange={setChosen}
        />
      )}
      {at?.opening === "text" && (
        <TextArea
          label={t("customers.write.text")}
          rows={5}
          maxLength={LONGEST}
          value={text}
          error={refusal.fields.text}
          onChange={(event) => setText(event.target.value)}
          data-autofocus
        />
      )}
      {at?.opening === "template" && (
        <Button icon={FileText} busy={begin.isPending} onClick={() => setPicking(true)}>
          {t("customers.write.template")}
        </Button>
      )}
    </FormDialog>
  );
}
