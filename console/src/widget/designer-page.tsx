import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ownPath, type Uploaded } from "~/files/upload";
import { useCan } from "~/session/session";
import { useFocusOnRefusal } from "~/settings/form-dialog";
import { Loaded, SettingsPage, useSettings } from "~/settings/page";
import { SaveBar } from "~/settings/save-bar";
import { useUnsaved } from "~/settings/unsaved";
import { useSave } from "~/settings/use-save";
import { Empty } from "~/ui/feedback";
import { MessageSquare } from "~/ui/icons";
import { showToast } from "~/ui/toast";
import { FormPart } from "./form-fields";
import { faultOf, toSend } from "./look";
import { LookFields } from "./look-fields";
import { OpeningFields } from "./opening-fields";
import { Preview } from "./preview";
import { Snippet } from "./snippet";
import { findLogo, type Look, type PreChat, type WidgetChannel, widget, widgetKey } from "./widget-api";
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
  const { link, remember } = useLogo(shown.theme.logo_file_id);
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
          <LookFields
            look={shown}
            logo={link}
            onLogo={(file) => {
              if (file) remember(file);
              setDraft({ ...shown, theme: { ...shown.theme, logo_file_id: file?.id ?? null } });
            }}
            onChange={setDraft}
          />
          <FormPart
            kind="pre_chat"
            form={shown.pre_chat}
            onChange={(form) => setDraft({ ...shown, pre_chat: form as PreChat | null })}
          />
          <FormPart
            kind="offline"
            form={shown.offline}
            onChange={(offline) => setDraft({ ...shown, offline })}
          />
          <OpeningFields
            openings={shown.openings}
            onChange={(openings) => setDraft({ ...shown, openings })}
          />
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
        <Preview look={shown} logo={link} />
      </div>
      <Snippet />
    </>
  );
}

/** Where a logo is: what was uploaded just now, else one's own upload of earlier. */
function useLogo(id: string | null) {
  const [uploaded, setUploaded] = useState<Uploaded | null>(null);
  const isNew = uploaded !== null && uploaded.id === id;
  const found = useQuery({
    queryKey: [...widgetKey, "logo", id],
    queryFn: ({ signal }) => findLogo(id as string, signal),
    enabled: id !== null && !isNew,
    retry: false,
    staleTime: 240_000,
  });
  const link = id === null ? null : isNew ? uploaded.url : (found.data?.url ?? null);
  return { link: link && ownPath(link), remember: setUploaded };
}
