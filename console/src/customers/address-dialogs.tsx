import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Address, identities } from "~/api/identities";
import { FormDialog } from "~/settings/form-dialog";
import { TextField } from "~/ui/field";
import { useChannelLabel } from "~/ui/marks";
import { SelectField } from "~/ui/select";
import { refusalOf } from "./use-change";

interface AddAddressProps {
  customerId: string;
  onAdded: (items: Address[]) => void;
  onClose: () => void;
}

/** A phone number or a mail address, on a channel for such. */
export function AddAddress({ customerId, onAdded, onClose }: AddAddressProps) {
  const { t } = useTranslation();
  const channelLabel = useChannelLabel();
  const channels = useQuery({
    queryKey: ["addressable-channels"],
    queryFn: ({ signal }) => identities.channels(signal),
  });
  const [chosen, setChosen] = useState("");
  const [address, setAddress] = useState("");
  const channelId = chosen || channels.data?.[0]?.id || "";
  const add = useMutation({
    mutationFn: () => identities.add(customerId, channelId, address.trim()),
    onSuccess: (items) => {
      onAdded(items);
      onClose();
    },
  });
  const refusal = useMemo(() => refusalOf(t, add.error, ["address", "channel_id"]), [t, add.error]);
  return (
    <FormDialog
      title={t("addresses.addTitle")}
      hint={t(channels.data?.length === 0 ? "addresses.noChannel" : "addresses.addHint")}
      submit={t("addresses.add")}
      busy={add.isPending}
      refusal={refusal}
      ready={channelId !== "" && address.trim() !== ""}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <SelectField
        label={t("addresses.channel")}
        value={channelId}
        error={refusal.fields.channel_id}
        options={(channels.data ?? []).map((each) => ({ value: each.id, label: channelLabel(each) }))}
        onChange={setChosen}
      />
      <TextField
        label={t("addresses.address")}
        maxLength={254}
        value={address}
        error={refusal.fields.address}
        onChange={(event) => setAddress(event.target.value)}
        data-autofocus
      />
    </FormDialog>
  );
}

interface RemoveAddressProps {
  customerId: string;
  address: Address;
  onRemoved: () => void;
  onClose: () => void;
}

/** It is his no longer; why is written down. */
export function RemoveAddress({ customerId, address, onRemoved, onClose }: RemoveAddressProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const remove = useMutation({
    mutationFn: () => identities.remove(customerId, address.id, reason.trim()),
    onSuccess: () => {
      onRemoved();
      onClose();
    },
  });
  const refusal = useMemo(() => refusalOf(t, remove.error, ["reason"]), [t, remove.error]);
  return (
    <FormDialog
      danger
      title={t("addresses.removeTitle", { address: address.address })}
      hint={t("addresses.removeHint")}
      submit={t("addresses.remove")}
      busy={remove.isPending}
      refusal={refusal}
      ready={reason.trim() !== ""}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <TextField
        label={t("addresses.reason")}
        maxLength={200}
        value={reason}
        error={refusal.fields.reason}
        onChange={(event) => setReason(event.target.value)}
        data-autofocus
      />
    </FormDialog>
  );
}
