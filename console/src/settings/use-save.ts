import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { readRefusal } from "./refusal";

interface SaveOptions<Input, Output> {
  run: (input: Input) => Promise<Output>;
  /** The form's fields, named as in the api. */
  fields?: readonly string[];
  /** What is to be read anew after it. */
  stale: readonly (readonly unknown[])[];
  onDone?: (output: Output) => void;
}

const NO_FIELDS: readonly string[] = [];

/** A change on the server. What is refused is told in words; the form keeps what was typed. */
export function useSave<Input = void, Output = unknown>(options: SaveOptions<Input, Output>) {
  const { run, fields = NO_FIELDS, stale, onDone } = options;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { mutate, error, isPending, reset } = useMutation<Output, unknown, Input>({
    mutationFn: run,
    onSuccess: async (output) => {
      onDone?.(output);
      await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
  const refusal = useMemo(() => readRefusal(t, error, fields), [t, error, fields]);
  return { save: mutate, busy: isPending, refusal, forget: reset };
}
