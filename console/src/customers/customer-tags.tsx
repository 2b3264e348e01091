import { useTranslation } from "react-i18next";
import type { WholeCustomer } from "~/api/types";
import { ShownTag } from "./shown-tag";
import { useOfferedTags } from "./tags";

/** A customer's tags and his id elsewhere, where there are any. */
export function CustomerTags({ customer }: { customer: WholeCustomer }) {
  const { t } = useTranslation();
  const offered = useOfferedTags();
  const { tags, external_id } = customer;
  if (tags.length === 0 && !external_id) return null;
  return (
    <div className="panel__section">
      {external_id && (
        <dl className="facts">
          <div className="fact">
            <dt>{t("customerForm.externalId")}</dt>
            <dd dir="auto">{external_id}</dd>
          </div>
        </dl>
      )}
      {tags.length > 0 && (
        <>
          <h3 className="panel__title">{t("customerForm.tags")}</h3>
          <ul className="tags">
            {tags.map((tag) => (
              <li key={tag}>
                <ShownTag tag={tag} offered={offered} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
