import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { type LucideIcon, Pencil, Plus, Trash2 } from "~/ui/icons";
import type { LoadedQuery } from "~/ui/loaded";
import { ConfirmDelete, type ConfirmDeleteProps } from "./confirm-delete";
import { Loaded, SettingsPage } from "./page";

interface RecordsPageProps<Item> {
  title: string;
  lead: string;
  permission: string;
  query: LoadedQuery<Item[]>;
  /** Whether one may add, change and delete here. */
  canManage: boolean;
  add: string;
  /** Without it the list is never empty. */
  empty?: { icon: LucideIcon; title: string; text: string };
  keyOf: (item: Item) => string;
  nameOf: (item: Item) => string;
  /** Whether this one may be changed; absent: each. */
  isOurs?: (item: Item) => boolean;
  /** The line of one, before its buttons. */
  children: (item: Item) => ReactNode;
  /** Below the list. */
  after?: (items: Item[]) => ReactNode;
  /** The dialog that adds (null) or changes one. */
  edit: (item: Item | null, onClose: () => void) => ReactNode;
  /** What is asked before one is deleted. */
  remove: (item: Item) => Omit<ConfirmDeleteProps, "submit" | "onClose">;
}

type Open<Item> = { kind: "edit"; item: Item | null } | { kind: "delete"; item: Item };

/** A page of the settings that lists things one adds, changes and deletes. */
export function RecordsPage<Item>(props: RecordsPageProps<Item>) {
  const { query, canManage, empty, keyOf, nameOf, isOurs, children, after, edit, remove } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState<Open<Item> | null>(null);
  const close = () => setOpen(null);
  const add = canManage && (
    <Button variant="primary" icon={Plus} onClick={() => setOpen({ kind: "edit", item: null })}>
      {props.add}
    </Button>
  );
  return (
    <SettingsPage
      title={props.title}
      lead={props.lead}
      permission={props.permission}
      actions={query.data && (query.data.length > 0 || !empty) && add}
    >
      <Loaded query={query}>
        {(items) =>
          items.length === 0 && empty ? (
            <Empty icon={empty.icon} title={empty.title} actions={add}>
              {empty.text}
            </Empty>
          ) : (
            <>
              <ul className="records">
                {items.map((item) => (
                  <li className="record" key={keyOf(item)}>
                    {children(item)}
                    {canManage && (isOurs?.(item) ?? true) && (
                      <RecordActions name={nameOf(item)} item={item} onOpen={setOpen} />
                    )}
                  </li>
                ))}
              </ul>
              {after?.(items)}
            </>
          )
        }
      </Loaded>
      {open?.kind === "edit" && edit(open.item, close)}
      {open?.kind === "delete" && (
        <ConfirmDelete {...remove(open.item)} submit={t("common.delete")} onClose={close} />
      )}
    </SettingsPage>
  );
}

interface ActionsProps<Item> {
  name: string;
  item: Item;
  onOpen: (open: Open<Item>) => void;
}

function RecordActions<Item>({ name, item, onOpen }: ActionsProps<Item>) {
  const { t } = useTranslation();
  return (
    <div className="record__actions">
      <IconButton
        icon={Pencil}
        label={t("settings.editNamed", { name })}
        onClick={() => onOpen({ kind: "edit", item })}
      />
      <IconButton
        icon={Trash2}
        label={t("settings.deleteNamed", { name })}
        onClick={() => onOpen({ kind: "delete", item })}
      />
    </div>
  );
}
