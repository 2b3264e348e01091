import { useTranslation } from "react-i18next";
import { useSession } from "~/session/session";
import { Code } from "~/settings/how-to-sign";

/** What a company puts into its pages, with its own host and slug. */
export function snippetOf(origin: string, slug: string): string {
  return `<script>
(function(w,d,s,o,f,js,fjs){w['OmniSupport']=o;w[o]=w[o]||function(){(w[o].q=w[o].q||[]).push(arguments)};
js=d.createElement(s),fjs=d.getElementsByTagName(s)[0];js.id=o;js.src=f;js.async=1;fjs.parentNode.insertBefore(js,fjs);
}(window,document,'script','omni','${origin}/widget/loader.js'));
omni('init','${slug}');
</script>`;
}

export function Snippet() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { origin } = location;
  return (
    <section className="setting" aria-labelledby="widget-snippet">
      <h2 id="widget-snippet" className="form-part__title">
        {t("widget.snippet")}
      </h2>
      <p className="setting__text">{t("widget.snippetText")}</p>
      <Code text={snippetOf(origin, me.tenant.slug)} label="HTML" />
      <p className="setting__text">{t("widget.policy")}</p>
      <Code text={`script-src ${origin}; frame-src ${origin}`} label="Content-Security-Policy" />
    </section>
  );
}
