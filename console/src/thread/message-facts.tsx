import { useTranslation } from "react-i18next";
import type { Message } from "~/api/types";
import { ExternalLink, MapPin, User } from "~/ui/icons";

/** What a message is beside its words on any channel: a place, somebody's number, that it was changed or taken back. */
export function MessageFacts({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { location, contact, edited_from: before, withdrawn, transcript } = message.content ?? {};
  if (!location && !contact && before === undefined && !withdrawn && !transcript) return null;
  return (
    <div className="message-facts">
      {location && (
        <p>
          <MapPin size={14} aria-hidden />
          <a href={mapOf(location)} target="_blank" rel="noreferrer noopener">
            {location.address || `${location.lat}, ${location.lon}`}
            <ExternalLink size={12} aria-hidden />
            <span className="visually-hidden">{t("common.newTab")}</span>
          </a>
        </p>
      )}
      {contact && (
        <p>
          <User size={14} aria-hidden />
          <bdi>{[contact.name, contact.phone].filter(Boolean).join(" · ")}</bdi>
        </p>
      )}
      {transcript && <p dir="auto">{t("thread.transcript", { text: transcript })}</p>}
      {withdrawn && <p>{t("thread.withdrawn")}</p>}
      {before !== undefined && !withdrawn && (
        <details>
          <summary>{t("thread.edited")}</summary>
          <p dir="auto">{before}</p>
        </details>
      )}
    </div>
  );
}

function mapOf({ lat, lon }: { lat: number; lon: number }): string {
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=16/${lat}/${lon}`;
}
