import type { JsonSchema, SchemaScope } from '@slipway/api/json-schema';
import { type ComponentType, createContext, useContext, useState } from 'react';
import { dropDraft, keepDraft, readDraft } from './draft.ts';
import {
  initialValues,
  type Page,
  type Path,
  problemsOf,
  scopeOf,
  type Values,
  withoutSecrets,
  withValue,
} from './form.ts';

/** What every field of a form has in common. */
export interface FormState {
  values: Values;
  scope: SchemaScope;
  /**
   * What is wrong with a field, once it was changed or its page was to be left. Not when the field is left: words that
   * appear then push away the button that is being pressed.
   */
  problemAt(path: Path): string | undefined;
  change(path: Path, value: unknown): void;
  /** Secrets by name, kept in this page’s memory only. */
  secrets: Record<string, string>;
  setSecret(name: string, value: string): void;
  /** Shows any field; groups and lists hold others. */
  Field: ComponentType<FieldProps>;
}

const Context = createContext<FormState | undefined>(undefined);
export const FormProvider = Context.Provider;

export function useForm(): FormState {
  const form = useContext(Context);
  if (!form) throw new Error('a field stands outside a form');
  return form;
}

/** Everything a field knows of itself. */
export interface FieldProps {
  path: Path;
  name: string;
  schema: JsonSchema;
  required: boolean;
}

export interface Form {
  values: Values;
  secrets: Record<string, string>;
  /** Index of the page that is shown; one more than there are pages is the review. */
  page: number;
  /** Of the page shown. */
  state: Omit<FormState, 'Field'>;
  /** How many things are wrong on each page. */
  wrong: number[];
  go(page: number): void;
  /** Shows what is wrong on a page even where nobody has been yet. */
  showProblems(): void;
  /** After it was sent. */
  forget(): void;
}

const keyOf = (path: Path): string => JSON.stringify(path);

/** A form’s values, what is wrong with them, and its draft. */
export function useFormState(pages: Page[], draftName: string): Form {
  const [draft] = useState(() => readDraft(draftName));
  const [values, setValues] = useState(() => initialValues(pages, draft.values));
  const [page, setPage] = useState(() => Math.min(draft.page, pages.length));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<ReadonlySet<number>>(new Set());
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const problems = problemsOf(pages, values);
  const keep = (next: { values?: Values; page?: number }) =>
    keepDraft(draftName, { values: withoutSecrets(pages, next.values ?? values), page: next.page ?? page });
  const touch = (path: Path) => setTouched(before => new Set([...before, keyOf(path)]));
  const own = pages[page] ?? pages[0];
  const state: Omit<FormState, 'Field'> = {
    values,
    scope: own ? scopeOf(own) : { root: {}, matches: () => true },
    problemAt: path => {
      if (!shown.has(page) && !touched.has(keyOf(path))) return undefined;
      return problems[page]?.find(each => keyOf(each.path) === keyOf(path))?.message;
    },
    change: (path, value) => {
      const next = withValue(values, path, value);
      setValues(next);
      touch(path);
      keep({ values: next });
    },
    secrets,
    setSecret: (name, value) => setSecrets(before => ({ ...before, [name]: value })),
  };
  return {
    values,
    secrets,
    page,
    state,
    wrong: problems.map(each => each.length),
    go: next => {
      setPage(next);
      keep({ page: next });
    },
    showProblems: () => setShown(before => new Set([...before, page])),
    forget: () => dropDraft(draftName),
  };
}
