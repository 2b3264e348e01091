import { type ReactNode, useEffect, useId } from "react";
import "./page.css";

interface PageProps {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  /** As wide as there is room, for tables. */
  wide?: boolean;
  children: ReactNode;
}

/** A page of its own beside the inbox: a head, and parts below each other. */
export function Page({ title, hint, actions, wide = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · OmniSupport`;
  }, [title]);
  return (
    <div className="page">
      <div className={`page__body${wide ? " page__body--wide" : ""}`}>
        <header className="page__head">
          <div className="page__titles">
            <h1 className="page__title">{title}</h1>
            {hint && <p className="page__hint">{hint}</p>}
          </div>
          {actions && <div className="page__actions">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}

interface CardProps {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** One subject of a page. */
export function Card({ title, hint, actions, children }: CardProps) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card__head">
        <div className="page__titles">
          <h2 id={id} className="card__title">
            {title}
          </h2>
          {hint && <p className="page__hint">{hint}</p>}
        </div>
        {actions && <div className="page__actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
