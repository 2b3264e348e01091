import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Attribute, attributes } from "~/api/attributes";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { ListFilter, Pencil, Plus, Trash2 } from "~/ui/icons";
import { AttributeDialog } from "./attribute-dialog";
import { ConfirmDelete } from "./confirm-delete";
import { settingKeys } from "./keys";
import { nameIn } from "./name-fields";
import { Loaded, SettingsPage, useSettings } from "./page";

type Open = { kind: "edit"; attribute: Attribute | null } | { kind: "delete"; attribute: Attribute };
const STALE = [settingKeys.attributes];

/** What is known of customers and conversations beside what every one has. */
export function AttributesPage() {
  const { t, i18n } = useTranslation();
  const can = useCan();
  const found = useSettings(
    settingKeys.attributes,
    (signal) => attributes.list(undefined, signal),
    can("settings.read"),
  );
  const canManage = can("settings.manage");
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const add = canManage && (
    <Button variant="primary" icon={Plus} onClick={() => setOpen({ kind: "edit", attribute: null })}>
      {t("settings.attributes.add")}
    </Button>
  );
  return (
    <SettingsPage
      title={t("settings.sections.attributes")}
      lead={t("settings.attributes.lead")}
      permission="settings.read"
      actions={found.data && found.data.length > 0 && add}
    >
      <Loaded query={found}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={ListFilter} title={t("settings.attributes.empty.title")} actions={add}>
              {t("settings.attributes.empty.text")}
            </Empty>
          ) : (
            <ul className="records">
              {items.map((attribute) => (
                <Row key={attribute.id} attribute={attribute} onOpen={canManage ? setOpen : null} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open?.kind === "edit" && <AttributeDialog attribute={open.attribute} onClose={close} />}
      {open?.kind === "delete" && (
        <ConfirmDelete
          title={t("settings.attributes.deleteTitle", {
            name: nameIn(open.attribute.name, i18n.language, open.attribute.key),
          })}
          text={t("settings.attributes.deleteText")}
          submit={t("common.delete")}
          stale={STALE}
          run={() => attributes.remove(open.attribute.id)}
          onClose={close}
        />
      )}
    </SettingsPage>
  );
}

function Row({ attribute, onOpen }: { attribute: Attribute; onOpen: ((open: Open) => void) | null }) {
  const { t, i18n } = useTranslation();
  const name = nameIn(attribute.name, i18n.language, attribute.key);
  const facts = [t(`settings.attributes.kinds.${attribute.kind}`), attribute.options.join(", ")];
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <span className="record__name">{name}</span>
          <span className="record__more">{facts.filter(Boolean).join(" · ")}</span>
        </div>
        <code className="record__key">{attribute.key}</code>
      </div>
      {attribute.required && <Badge tone="warning">{t("settings.attributes.isRequired")}</Badge>}
      <Badge>{t(`settings.attributes.subjects.${attribute.subject}`)}</Badge>
      {onOpen && (
        <div className="record__actions">
          <IconButton
            icon={Pencil}
            label={t("settings.editNamed", { name })}
            onClick={() => onOpen({ kind: "edit", attribute })}
          />
          <IconButton
            icon={Trash2}
            label={t("settings.deleteNamed", { name })}
            onClick={() => onOpen({ kind: "delete", attribute })}
          />
        </div>
      )}
    </li>
  );
}
