import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "~/session/session";
import type { Look } from "./widget-api";

/** What the chat shows of a look that is not saved yet, in one language. */
export function previewOf(
  { theme, title, greeting, features }: Look,
  locale: string,
  logo: string | null = null,
) {
  const said = (words: { ru?: string; en?: string } | null) =>
    (locale === "ru" ? words?.ru || words?.en : words?.en || words?.ru) || null;
  return {
    theme: { ...theme, launcher: { kind: theme.launcher.kind, text: said(theme.launcher.text) }, logo },
    title: said(title),
    greeting: said(greeting),
    features,
  };
}

/** The chat itself, talking to nobody: it gets each change as it is made. */
export function Preview({ look, logo }: { look: Look; logo: string | null }) {
  const { t, i18n } = useTranslation();
  const { me } = useSession();
  const frame = useRef<HTMLIFrameElement>(null);
  const locale = i18n.language === "ru" ? "ru" : "en";
  const tell = () =>
    frame.current?.contentWindow?.postMessage(
      { omni: { type: "preview", ...previewOf(look, locale, logo) } },
      location.origin,
    );
  useEffect(() => void tell());
  useEffect(() => {
    // The chat asks as soon as it listens, which may be after its page has loaded.
    const heard = ({ source, origin, data }: MessageEvent) => {
      if (
        source === frame.current?.contentWindow &&
        origin === location.origin &&
        data?.omni?.type === "previewing"
      )
        tell();
    };
    addEventListener("message", heard);
    return () => removeEventListener("message", heard);
  });
  return (
    <iframe
      ref={frame}
      className="widget-preview"
      title={t("widget.preview")}
      src={`/widget/${encodeURIComponent(me.tenant.slug)}?mock=true&locale=${locale}`}
    />
  );
}
