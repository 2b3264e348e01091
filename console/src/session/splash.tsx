import { Logo } from "~/ui/logo";

/** The first moment: who is it? Nothing to read, so it does not flash. */
export function Splash() {
  return (
    <div className="splash" aria-busy="true">
      <Logo size={36} />
    </div>
  );
}
