import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { paths } from '../../paths.ts';
import { type AuditFields, FIELDS, fieldsOf, OUTCOMES } from './fields.ts';

const INPUTS = {
  actor: { label: 'Who' },
  door: { label: 'Door' },
  verb: { label: 'Did' },
  resource: { label: 'Resource' },
  object: { label: 'Object has' },
  generation: { label: 'Generation', inputMode: 'numeric', pattern: '[0-9]*' },
  since: { label: 'Since', type: 'date' },
  until: { label: 'Until', type: 'date' },
} as const;

/** What to look for; every filter has to be met, `*` stands for any text, and all stand in the page's address. */
export function AuditFilter({ fields }: { fields: AuditFields }) {
  const navigate = useNavigate();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const search = fieldsOf(Object.fromEntries(new FormData(event.currentTarget)));
    void navigate({ to: paths.audit(), search: search as never });
  };
  return (
    <search>
      <form className="filter" onSubmit={submit}>
        {FIELDS.map(name =>
          name === 'outcome' ? null : (
            <TextInput key={name} size="xs" name={name} defaultValue={fields[name] ?? ''} {...INPUTS[name]} />
          ),
        )}
        <NativeSelect
          size="xs"
          name="outcome"
          label="Outcome"
          data={[{ value: '', label: 'any' }, ...OUTCOMES]}
          defaultValue={fields.outcome ?? ''}
        />
        <Checkbox
          size="xs"
          name="machines"
          value="true"
          label="Platform, too"
          defaultChecked={fields.machines !== undefined}
        />
        <Button type="submit" size="xs">
          Filter
        </Button>
      </form>
    </search>
  );
}
