import { Command } from "cmdk";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "~/api/types";
import { useFormat } from "~/i18n/use-format";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { TextField } from "~/ui/field";
import { AlarmClock } from "~/ui/icons";
import { useConversationActions } from "./conversation-actions";
import { matchScore } from "./match";
import { snoozePresets, toLocalInput } from "./snooze-presets";
import "./actions.css";

export function SnoozeDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actions = useConversationActions();
  const [now] = useState(() => new Date());
  const [own, setOwn] = useState("");
  const [error, setError] = useState<string | null>(null);
  const snooze = (until: Date) => {
    onClose();
    void actions.snooze(conversation, until);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const until = new Date(own);
    if (Number.isNaN(until.getTime())) setError(t("snooze.missing"));
    else if (until.getTime() <= Date.now()) setError(t("snooze.past"));
    else snooze(until);
  };
  return (
    <Dialog title={t("snooze.title")} hint={t("snooze.hint")} onClose={onClose}>
      <Command
        label={t("snooze.title")}
        filter={matchScore}
        loop
        className="command command--plain"
        tabIndex={0}
        data-autofocus
      >
        <Command.List className="command__list" label={t("snooze.title")}>
          {snoozePresets(now).map(({ id, until }) => (
            <Command.Item
              key={id}
              value={id}
              keywords={[t(`snooze.presets.${id}`)]}
              onSelect={() => snooze(until)}
              className="command__item"
            >
              <AlarmClock size={16} aria-hidden />
              <span className="command__text">{t(`snooze.presets.${id}`)}</span>
              <span className="command__aside">{format.soon(until.getTime())}</span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
      <form className="dialog__body snooze__own" onSubmit={submit} noValidate>
        <TextField
          label={t("snooze.own")}
          type="datetime-local"
          value={own}
          min={toLocalInput(now)}
          error={error}
          onChange={(event) => setOwn(event.target.value)}
        />
        <Button type="submit" size="lg">
          {t("snooze.submit")}
        </Button>
      </form>
    </Dialog>
  );
}
