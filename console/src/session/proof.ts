import { whenProofIsAsked } from "~/api/client";
import { createStore } from "~/lib/store";

/** Who waits for the person to prove himself; null: nobody. */
export const proofAsked = createStore<((given: boolean) => void) | null>(null);
let asked: Promise<boolean> | null = null;

/** Let requests ask for the password; several that ask at once are answered by one dialog. */
export function listenForProof(): () => void {
  whenProofIsAsked(() => {
    asked ??= new Promise((resolve) => {
      proofAsked.set(() => (given: boolean) => {
        asked = null;
        proofAsked.set(null);
        resolve(given);
      });
    });
    return asked;
  });
  return () => {
    whenProofIsAsked(async () => false);
    proofAsked.get()?.(false);
  };
}
