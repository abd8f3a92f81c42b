import './forms.css';
import { Button, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { Field } from './fields/field.tsx';
import { Members } from './fields/object-field.tsx';
import { type Page, secretNames, type Values } from './form.ts';
import { type Form, FormProvider, useFormState } from './form-state.tsx';
import { Review } from './review.tsx';

export interface Labels {
  back: string;
  review: string;
  create: string;
}

export interface Sent {
  values: Values;
  secrets: Record<string, string>;
}

interface Props {
  pages: Page[];
  /** Name under which what was typed is kept in this browser until it is sent. */
  draft: string;
  labels: Labels;
  busy: boolean;
  /** Stands in the review above its buttons: what is asked beyond the template’s own form. */
  children?: (values: Values) => ReactNode;
  /** Resolves to whether it was taken. */
  onSubmit: (sent: Sent) => Promise<boolean>;
}

/** A form of pages from JSON Schema: it checks while one types, keeps a draft, is reviewed, and is sent once. */
export function SchemaForm({ pages, draft, labels, busy, children, onSubmit }: Props) {
  const form = useFormState(pages, draft);
  const { page, values, wrong } = form;
  const reviewing = page >= pages.length;
  const start = useRef<HTMLFormElement>(null);
  useEffect(() => focusFirst(start.current, page), [page]);
  const next = async (event: FormEvent) => {
    event.preventDefault();
    if (!reviewing) {
      if ((wrong[page] ?? 0) === 0) return form.go(page + 1);
      form.showProblems();
      return requestAnimationFrame(() =>
        start.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(),
      );
    }
    const first = wrong.findIndex(count => count > 0);
    if (first >= 0) return form.go(first);
    const names = secretNames(pages, values);
    const missing = names.find(name => values[name] !== undefined && !form.secrets[name]);
    if (missing || busy) return;
    const secrets = Object.fromEntries(Object.entries(form.secrets).filter(([name]) => names.includes(name)));
    if (await onSubmit({ values, secrets })) form.forget();
  };
  const own = pages[page];
  return (
    <form onSubmit={event => void next(event)} noValidate ref={start}>
      <Progress pages={pages} form={form} />
      <Stack maw={own ? 560 : 720}>
        {own ? (
          <FormProvider key={page} value={{ ...form.state, Field }}>
            {own.description ? <Text c="dimmed">{own.description}</Text> : null}
            <Members path={[]} schema={own.schema} />
          </FormProvider>
        ) : (
          <Review pages={pages} values={values} />
        )}
        {reviewing ? children?.(values) : null}
        <Group>
          {page > 0 ? (
            <Button variant="default" onClick={() => form.go(page - 1)} disabled={busy}>
              {labels.back}
            </Button>
          ) : null}
          <Button type="submit" loading={busy}>
            {nextLabel(page, pages.length, labels)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function nextLabel(page: number, count: number, { review, create }: Labels): string {
  if (page >= count) return create;
  return page === count - 1 ? review : 'Next';
}

/** The field that asks for it has the focus when its page opens. */
function focusFirst(form: HTMLFormElement | null, page: number): void {
  const asked = form?.querySelector<HTMLElement>('[data-autofocus=true]');
  if (asked) asked.focus();
  else if (page > 0) form?.querySelector<HTMLElement>('[aria-current=step]')?.focus();
}

/** The pages in a row; one may go back to any that was there. */
function Progress({ pages, form }: { pages: Page[]; form: Form }) {
  const titles = [...pages.map(({ title }) => title), 'Review'];
  return (
    <ol className="form-steps" aria-label="Pages of the form">
      {titles.map((title, index) => (
        <li key={title}>
          {index < form.page ? (
            <Button variant="subtle" size="compact-sm" onClick={() => form.go(index)}>
              {index + 1}. {title}
            </Button>
          ) : (
            <span {...(index === form.page ? { 'aria-current': 'step' as const, tabIndex: -1 } : {})}>
              {index + 1}. {title}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
