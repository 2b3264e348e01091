import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { customers } from "~/api/customers";
import { api } from "~/api/endpoints";
import { useErrorText } from "~/api/error-text";
import type { CustomerLine, WholeCustomer } from "~/api/types";
import { useCustomerName } from "~/customer/names";
import { keys } from "~/inbox/cache";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Banner } from "~/ui/feedback";
import { TextField } from "~/ui/field";
import { Loaded } from "~/ui/loaded";
import { showToast } from "~/ui/toast";
import { MergePreview } from "./merge-preview";
import { customerKeys } from "./use-change";
import { useUndoMerge } from "./use-undo-merge";

interface MergeDialogProps {
  customer: WholeCustomer;
  /** Whom to compare with, when that is known already. */
  otherId: string | null;
  onClose: () => void;
}

/** Choose the second of two that are one person, look at both and at what they become, and merge them. */
export function MergeDialog({ customer, otherId, onClose }: MergeDialogProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(otherId);
  return chosen ? (
    <Compare customer={customer} otherId={chosen} onBack={() => setChosen(null)} onClose={onClose} />
  ) : (
    <Dialog wide title={t("merge.title")} hint={t("merge.choose")} onClose={onClose}>
      <Choose except={customer.id} onChoose={setChosen} />
    </Dialog>
  );
}

function Choose({ except, onChoose }: { except: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: [...customerKeys.lists, "merge", q],
    queryFn: ({ signal }) => api.customers({ q }, null, signal),
    enabled: q !== "",
  });
  const likely = useQuery({
    queryKey: customerKeys.duplicates(except),
    queryFn: ({ signal }) => customers.duplicates(except, signal),
  });
  const items = (q ? found.data?.items : likely.data?.map((each) => each.customer))?.filter(
    ({ id }) => id !== except,
  );
  return (
    <div className="dialog__body">
      <TextField
        label={t("customers.search")}
        type="search"
        maxLength={100}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        data-autofocus
      />
      <Loaded query={{ ...(q ? found : likely), data: items }}>
        {(lines) =>
          lines.length ? (
            <ul className="merge__choices">
              {lines.slice(0, 20).map((line) => (
                <Choice key={line.id} line={line} onChoose={() => onChoose(line.id)} />
              ))}
            </ul>
          ) : (
            <p className="page__hint">{t(q ? "customers.nobody.title" : "merge.type")}</p>
          )
        }
      </Loaded>
    </div>
  );
}

function Choice({ line, onChoose }: { line: CustomerLine; onChoose: () => void }) {
  const nameOf = useCustomerName();
  return (
    <li>
      <button type="button" className="merge__choice" onClick={onChoose}>
        <bdi className="merge__name">{nameOf(line)}</bdi>
        <span className="line__facts">{[line.email, line.phone].filter(Boolean).join(" · ")}</span>
      </button>
    </li>
  );
}

interface CompareProps {
  customer: WholeCustomer;
  otherId: string;
  onBack: () => void;
  onClose: () => void;
}

function Compare({ customer, otherId, onBack, onClose }: CompareProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const undo = useUndoMerge();
  const [remainsId, setRemainsId] = useState(customer.id);
  const other = useQuery({
    queryKey: keys.customer(otherId),
    queryFn: ({ signal }) => api.customer(otherId, signal),
  });
  const merge = useMutation({
    mutationFn: () => customers.merge(remainsId, remainsId === customer.id ? otherId : customer.id),
    onSuccess: async (merged) => {
      onClose();
      queries.setQueryData(keys.customer(merged.id), merged);
      showToast({
        tone: "success",
        text: t("merge.done"),
        about: "merge",
        action: { label: t("common.undo"), run: () => undo.run(merged.id) },
      });
      await navigate({ to: "/customers/$customerId", params: { customerId: merged.id }, replace: true });
      const stale = [
        customerKeys.lists,
        ["customer-conversations"],
        ["customer-notes"],
        ["customer-duplicates"],
        ["customer-identities"],
      ];
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
    },
  });
  return (
    <Dialog
      wide
      title={t("merge.title")}
      hint={t("merge.hint")}
      onClose={onClose}
      footer={
        <>
          <Button variant="quiet" onClick={onBack}>
            {t("merge.another")}
          </Button>
          <Button
            variant="primary"
            busy={merge.isPending}
            disabled={!other.data}
            onClick={() => merge.mutate()}
          >
            {t("merge.submit")}
          </Button>
        </>
      }
    >
      <div className="dialog__body">
        {merge.isError && (
          <Banner tone="danger" alert>
            {errorText(merge.error)}
          </Banner>
        )}
        <Loaded query={other}>
          {(found) => <MergePreview pair={[customer, found]} remainsId={remainsId} onChoose={setRemainsId} />}
        </Loaded>
      </div>
    </Dialog>
  );
}
