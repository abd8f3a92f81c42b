import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { paths } from '../../paths.ts';
import { type AuditFields, FIELDS, fieldsOf, OUTCOMES } from './fields.ts';

const LABELS = { actor: 'Who', door: 'Door', verb: 'Did', resource: 'Resource', object: 'Object' };

/** What to look for; each filter has to be met exactly, and stands in the page's address. */
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
            <TextInput
              key={name}
              size="xs"
              name={name}
              label={LABELS[name]}
              defaultValue={fields[name] ?? ''}
            />
          ),
        )}
        <NativeSelect
          size="xs"
          name="outcome"
          label="Outcome"
          data={[{ value: '', label: 'any' }, ...OUTCOMES]}
          defaultValue={fields.outcome ?? ''}
        />
        <Button type="submit" size="xs">
          Filter
        </Button>
      </form>
    </search>
  );
}
