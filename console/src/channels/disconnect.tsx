import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Channel, channels } from "~/api/channels";
import { ConfirmDelete } from "~/settings/confirm-delete";
import { Button } from "~/ui/button";
import { Trash2 } from "~/ui/icons";
import { showToast } from "~/ui/toast";

/** The end of a channel: asked for once more, as its secrets go for good. */
export function Disconnect({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const id = useId();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  if (channel.type === "widget") return null;
  return (
    <section className="settings-part" aria-labelledby={id}>
      <h2 id={id} className="form-part__title">
        {t("connecting.disconnect.title")}
      </h2>
      <p className="setting__text">{t("connecting.disconnect.text")}</p>
      <div>
        <Button icon={Trash2} onClick={() => setAsked(true)}>
          {t("connecting.disconnect.submit")}
        </Button>
      </div>
      {asked && (
        <ConfirmDelete
          title={t("connecting.disconnect.ask", { name: channel.name })}
          text={t("connecting.disconnect.text")}
          submit={t("connecting.disconnect.submit")}
          stale={[]}
          run={() => channels.disconnect(channel.id)}
          onClose={() => setAsked(false)}
          onDone={() => {
            showToast({ tone: "success", text: t("connecting.disconnect.done", { name: channel.name }) });
            void navigate({ to: "/settings/channels" });
          }}
        />
      )}
    </section>
  );
}
