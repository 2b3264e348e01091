import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AvailabilityKind, availability, type State } from "~/api/availability";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { Segmented, TextField } from "~/ui/field";
import { Pencil, Plus, Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { AvailabilityBadge, KIND_KEYS, kindIcon, useStateName } from "./availability-badge";
import { ConfirmDelete } from "./confirm-delete";
import { FormDialog } from "./form-dialog";
import { settingKeys } from "./keys";
import { Loaded, SettingsPage, useSettings } from "./page";
import { useSave } from "./use-save";

type Open = { kind: "edit"; state: State | null } | { kind: "delete"; state: State };
const STALE = [settingKeys.availabilityStates, settingKeys.members];
const FIELDS = ["name", "kind"];

/** Which states a member can be in. */
export function AvailabilityPage() {
  const { t } = useTranslation();
  const can = useCan();
  const states = useSettings(settingKeys.availabilityStates, availability.states, can("team.read"));
  const canManage = can("team.manage");
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <SettingsPage
      title={t("settings.sections.availability")}
      lead={t("availability.lead")}
      permission="team.read"
      actions={
        canManage && (
          <Button variant="primary" icon={Plus} onClick={() => setOpen({ kind: "edit", state: null })}>
            {t("availability.add")}
          </Button>
        )
      }
    >
      <Loaded query={states}>
        {(items) => (
          <>
            <ul className="records">
              {items.map((state) => (
                <StateRow key={state.key} state={state} onOpen={canManage ? setOpen : null} />
              ))}
            </ul>
            {items.every((state) => state.built_in) && (
              <p className="field__hint">{t("availability.none")}</p>
            )}
          </>
        )}
      </Loaded>
      {open?.kind === "edit" && <StateDialog state={open.state} onClose={close} />}
      {open?.kind === "delete" && (
        <ConfirmDelete
          title={t("availability.deleteTitle", { name: open.state.name })}
          text={t("availability.deleteText")}
          submit={t("common.delete")}
          stale={STALE}
          run={() => availability.deleteState(open.state.key)}
          onClose={close}
        />
      )}
    </SettingsPage>
  );
}

function StateRow({ state, onOpen }: { state: State; onOpen: ((open: Open) => void) | null }) {
  const { t } = useTranslation();
  const name = useStateName([state])(state.key);
  return (
    <li className="record">
      <div className="record__main">
        <div className="record__text">
          <span className="record__name">{name}</span>
          <span className="record__more">{t(`availability.means.${state.kind}`)}</span>
        </div>
      </div>
      <AvailabilityBadge state={state.kind} kind={state.kind} states={[]} />
      {state.built_in && <Badge>{t("availability.builtIn")}</Badge>}
      {onOpen && !state.built_in && (
        <div className="record__actions">
          <IconButton
            icon={Pencil}
            label={t("settings.editNamed", { name })}
            onClick={() => onOpen({ kind: "edit", state })}
          />
          <IconButton
            icon={Trash2}
            label={t("settings.deleteNamed", { name })}
            onClick={() => onOpen({ kind: "delete", state })}
          />
        </div>
      )}
    </li>
  );
}

function StateDialog({ state, onClose }: { state: State | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(state?.name ?? "");
  const [kind, setKind] = useState<AvailabilityKind>(state?.kind ?? "away");
  const { save, busy, refusal } = useSave({
    run: () =>
      state
        ? availability.changeState(state.key, { name, kind })
        : availability.createState({ name: name.trim(), kind }),
    fields: FIELDS,
    stale: STALE,
    onDone: () => {
      onClose();
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  return (
    <FormDialog
      title={t(state ? "availability.edit" : "availability.add")}
      submit={t("common.save")}
      busy={busy}
      refusal={refusal}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={t("settings.fields.name")}
        maxLength={80}
        value={name}
        error={refusal.fields.name ?? null}
        onChange={(event) => setName(event.target.value)}
        data-autofocus
      />
      <Segmented<AvailabilityKind>
        chips
        showLabel
        label={t("availability.kind")}
        value={kind}
        options={KIND_KEYS.map((value) => ({
          value,
          label: t(`availability.kinds.${value}`),
          icon: kindIcon(value),
        }))}
        onChange={setKind}
      />
      <p className="field__hint">{t(`availability.means.${kind}`)}</p>
    </FormDialog>
  );
}
