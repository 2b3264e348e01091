import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Consent, WholeCustomer } from "~/api/types";
import { useCustomerName } from "~/customer/names";
import { useFormat } from "~/i18n/use-format";
import { useAttributeName, useCustomerAttributes } from "./attributes";
import { joinCustomers } from "./join";

interface MergePreviewProps {
  pair: readonly [WholeCustomer, WholeCustomer];
  remainsId: string;
  onChoose: (id: string) => void;
}

type Side = ReturnType<typeof joinCustomers>;

/** Two customers side by side, and what they become; who remains is chosen in the head. */
export function MergePreview({ pair, remainsId, onChoose }: MergePreviewProps) {
  const { t } = useTranslation();
  const name = useId();
  const nameOf = useCustomerName();
  const format = useFormat();
  const rows = useRows();
  const [one, other] = pair;
  const joined = remainsId === one.id ? joinCustomers(other, one) : joinCustomers(one, other);
  return (
    /* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too */
    <section className="merge__table" tabIndex={0} aria-label={t("merge.compare")}>
      {/* biome-ignore-start lint/a11y/noRedundantRoles: on a phone these are blocks, which are no table to some browsers */}
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            <td role="cell" />
            {pair.map((customer) => (
              <th key={customer.id} scope="col" role="columnheader">
                <label className="merge__side">
                  <input
                    type="radio"
                    name={name}
                    checked={customer.id === remainsId}
                    onChange={() => onChoose(customer.id)}
                  />
                  <span>
                    <bdi>{nameOf(customer)}</bdi>
                    <span className="line__facts merge__fate">
                      {t(customer.id === remainsId ? "merge.remains" : "merge.goes")} ·{" "}
                      {format.day(customer.created_at)}
                    </span>
                  </span>
                </label>
              </th>
            ))}
            <th scope="col" role="columnheader">
              {t("merge.result")}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows([one, other]).map(({ key, label, read }) => (
            <tr key={key} role="row">
              <th scope="row" role="rowheader">
                {label}
              </th>
              <td role="cell" data-side={nameOf(one)}>
                {read(one) || "—"}
              </td>
              <td role="cell" data-side={nameOf(other)}>
                {read(other) || "—"}
              </td>
              <td role="cell" className="merge__result" data-side={t("merge.result")}>
                {read(joined) || "—"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
      <p className="page__hint">{t("merge.moved")}</p>
    </section>
  );
}

interface Row {
  key: string;
  label: string;
  read: (side: Side) => string;
}

/** Every row that one of the two has something in. */
function useRows(): (pair: readonly WholeCustomer[]) => Row[] {
  const { t } = useTranslation();
  const definitions = useCustomerAttributes();
  const attributeName = useAttributeName(definitions);
  const consentText = (consent: Consent | undefined) =>
    consent ? t(consent.status === "granted" ? "customers.granted" : "customers.denied") : "";
  return (pair) => {
    const fields = new Set(pair.flatMap((each) => Object.keys(each.fields)));
    const purposes = new Set(pair.flatMap((each) => Object.keys(each.consents)));
    const rows: Row[] = [
      { key: "name", label: t("customerForm.name"), read: (side) => side.name ?? "" },
      { key: "email", label: t("customer.email"), read: (side) => side.email ?? "" },
      { key: "phone", label: t("customer.phone"), read: (side) => side.phone ?? "" },
      { key: "external_id", label: t("customerForm.externalId"), read: (side) => side.external_id ?? "" },
      { key: "tags", label: t("customerForm.tags"), read: (side) => side.tags.join(", ") },
      ...[...fields].map((key) => ({
        key: `fields.${key}`,
        label: attributeName(key),
        read: (side: Side) => (side.fields[key] === undefined ? "" : String(side.fields[key])),
      })),
      ...[...purposes].map((purpose) => ({
        key: `consents.${purpose}`,
        label: purpose,
        read: (side: Side) => consentText(side.consents[purpose]),
      })),
    ];
    return rows.filter(({ read }) => pair.some(read));
  };
}
