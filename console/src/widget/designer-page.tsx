import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan } from "~/session/session";
import { useFocusOnRefusal } from "~/settings/form-dialog";
import { Loaded, SettingsPage, useSettings } from "~/settings/page";
import { SaveBar } from "~/settings/save-bar";
import { useUnsaved } from "~/settings/unsaved";
import { useSave } from "~/settings/use-save";
import { Empty } from "~/ui/feedback";
import { MessageSquare } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { faultOf, toSend } from "./look";
import { LookFields } from "./look-fields";
import { Preview } from "./preview";
import { Snippet } from "./snippet";
import { type Look, type WidgetChannel, widget, widgetKey } from "./widget-api";
import "./widget.css";

/** How the widget looks and what it offers, beside the widget itself; and what a company puts into its pages. */
export function WidgetPage() {
  const { t } = useTranslation();
  const found = useSettings(widgetKey, widget.read, useCan()("connections.manage"));
  return (
    <SettingsPage
      title={t("settings.sections.widget")}
      lead={t("widget.lead")}
      permission="connections.manage"
    >
      <Loaded query={found}>
        {(channel) =>
          channel ? (
            <Designer channel={channel} />
          ) : (
            <Empty icon={MessageSquare} title={t("widget.none")}>
              {t("widget.noneText")}
            </Empty>
          )
        }
      </Loaded>
    </SettingsPage>
  );
}

function Designer({ channel }: { channel: WidgetChannel }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Look | null>(null);
  const shown = draft ?? channel.settings;
  const fault = faultOf(shown);
  const { save, busy, refusal, forget } = useSave({
    run: () => widget.change(channel.id, toSend(shown)),
    stale: [],
    onDone: (now) => {
      queries.setQueryData(widgetKey, now);
      setDraft(null);
      showToast({ tone: "success", text: t("settings.saved") });
    },
  });
  useUnsaved(draft !== null);
  const form = useFocusOnRefusal(refusal);
  return (
    <>
      <div className="widget-designer">
        <form
          ref={form}
          className="form-page"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (draft && !busy && !fault) save();
          }}
        >
          <LookFields look={shown} onChange={setDraft} />
          <SaveBar
            changed={draft !== null}
            busy={busy}
            fault={fault && t(`widget.faults.${fault}`)}
            refused={refusal.rest}
            onDiscard={() => {
              setDraft(null);
              forget();
            }}
          />
        </form>
        <Preview look={shown} />
      </div>
      <Snippet />
    </>
  );
}
