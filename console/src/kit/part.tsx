import { type ReactNode, useId } from "react";

interface PartProps {
  title: string;
  /** One below the other, for what is as wide as its place. */
  wide?: boolean;
  children: ReactNode;
}

export function Part({ title, wide = false, children }: PartProps) {
  const id = useId();
  return (
    <section className="kit__part" aria-labelledby={id}>
      <h2 id={id} className="kit__title">
        {title}
      </h2>
      <div className={wide ? "kit__stack" : "kit__row"}>{children}</div>
    </section>
  );
}
