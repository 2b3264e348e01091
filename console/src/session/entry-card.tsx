import type { ReactNode } from "react";
import { LanguageChoice } from "~/frame/language-choice";
import { Logo } from "~/ui/logo";
import "./session.css";

interface EntryCardProps {
  title: string;
  hint?: ReactNode;
  children: ReactNode;
  /** Other ways on, below the card. */
  aside?: ReactNode;
}

/** What stands before the console: one question at a time, in the middle of the page. */
export function EntryCard({ title, hint, children, aside }: EntryCardProps) {
  return (
    <main className="sign-in">
      <div className="sign-in__card">
        <Logo size={40} />
        <div>
          <h1 className="sign-in__title">{title}</h1>
          {hint && <p className="sign-in__hint">{hint}</p>}
        </div>
        {children}
      </div>
      {aside && <div className="sign-in__aside">{aside}</div>}
      <LanguageChoice />
    </main>
  );
}
