import { useTranslation } from "react-i18next";
import { type Attribute, attributes } from "~/api/attributes";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { ListFilter } from "~/ui/icons";
import { AttributeDialog } from "./attribute-dialog";
import { settingKeys } from "./keys";
import { nameIn } from "./name-fields";
import { useSettings } from "./page";
import { RecordsPage } from "./records-page";

const STALE = [settingKeys.attributes];

/** What is known of customers and conversations beside what every one has. */
export function AttributesPage() {
  const { t, i18n } = useTranslation();
  const can = useCan();
  const nameOf = ({ name, key }: Attribute) => nameIn(name, i18n.language, key);
  return (
    <RecordsPage
      title={t("settings.sections.attributes")}
      lead={t("settings.attributes.lead")}
      permission="settings.read"
      query={useSettings(
        settingKeys.attributes,
        (signal) => attributes.list(undefined, signal),
        can("settings.read"),
      )}
      canManage={can("settings.manage")}
      add={t("settings.attributes.add")}
      empty={{
        icon: ListFilter,
        title: t("settings.attributes.empty.title"),
        text: t("settings.attributes.empty.text"),
      }}
      keyOf={(attribute) => attribute.id}
      nameOf={nameOf}
      edit={(attribute, onClose) => <AttributeDialog attribute={attribute} onClose={onClose} />}
      remove={(attribute) => ({
        title: t("settings.attributes.deleteTitle", { name: nameOf(attribute) }),
        text: t("settings.attributes.deleteText"),
        stale: STALE,
        run: () => attributes.remove(attribute.id),
      })}
    >
      {(attribute) => <AttributeLine attribute={attribute} name={nameOf(attribute)} />}
    </RecordsPage>
  );
}

function AttributeLine({ attribute, name }: { attribute: Attribute; name: string }) {
  const { t } = useTranslation();
  const facts = [t(`settings.attributes.kinds.${attribute.kind}`), attribute.options.join(", ")];
  return (
    <>
      <div className="record__main">
        <div className="record__text">
          <span className="record__name">{name}</span>
          <span className="record__more">{facts.filter(Boolean).join(" · ")}</span>
        </div>
        <code className="record__key">{attribute.key}</code>
      </div>
      {attribute.required && <Badge tone="warning">{t("settings.attributes.isRequired")}</Badge>}
      <Badge>{t(`settings.attributes.subjects.${attribute.subject}`)}</Badge>
    </>
  );
}
