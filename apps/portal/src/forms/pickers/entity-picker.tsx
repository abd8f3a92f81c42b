import { Button, Fieldset, Group, Stack } from '@mantine/core';
import { useRef, useState } from 'react';
import { useAbout } from '../fields/about.ts';
import { labelOf, optionsOf, textOf, valueAt } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';
import { filtersOf, refOf, useEntities, useTeams } from './entities.ts';
import { SuggestedInput } from './suggested-input.tsx';

type Option = { value: string; label: string };

function useOptions(filters: string[][]): Option[] {
  return useEntities(filters).map(entity => ({
    value: refOf(entity),
    label: entity.metadata.title ?? entity.metadata.name,
  }));
}

/** An entity of the catalog, as its reference. */
export function EntityPicker(props: FieldProps) {
  const options = useOptions(filtersOf(optionsOf(props.schema)));
  return <OneEntity {...props} options={options} />;
}

function OneEntity({ options, ...props }: FieldProps & { options: Option[] }) {
  const { schema, path } = props;
  const { values, change } = useForm();
  const { allowArbitraryValues = true, defaultKind, defaultNamespace } = optionsOf(schema);
  const typing = useRef(false);
  return (
    <SuggestedInput
      about={{
        ...useAbout(props),
        // What is typed short is completed once it is complete.
        onBlur: () => {
          const typed = valueAt(values, path);
          if (typing.current && typeof typed === 'string' && typed !== '')
            change(path, completed(typed, { kind: defaultKind, namespace: defaultNamespace }));
        },
      }}
      options={options}
      free={allowArbitraryValues !== false}
      placeholder={textOf(schema, 'placeholder') ?? 'kind:namespace/name'}
      value={String(valueAt(values, path) ?? '')}
      onChange={next => {
        typing.current = true;
        change(path, next);
      }}
    />
  );
}

/** A reference with the kind and namespace that the picker says, when the person left them out. */
export function completed(text: string, { kind, namespace }: { kind: unknown; namespace: unknown }): string {
  if (text.includes(':') || typeof kind !== 'string') return text;
  const place = text.includes('/')
    ? text
    : `${typeof namespace === 'string' ? namespace : 'default'}/${text}`;
  return `${kind.toLowerCase()}:${place}`;
}

/** A team or person. Teams of this platform are groups, whether or not a catalog file tells of them. */
export function OwnerPicker(props: FieldProps) {
  const own = optionsOf(props.schema);
  const filtered = own.catalogFilter !== undefined;
  const kinds = (own.allowedKinds as string[] | undefined) ?? ['Group', 'User'];
  const found = useOptions(filtersOf({ allowedKinds: kinds, ...own }));
  const { all } = useTeams();
  const teams = filtered || !kinds.includes('Group') ? [] : all;
  const options = new Map(teams.map(name => [`group:default/${name}`, `team ${name}`]));
  for (const { value, label } of found) if (!options.has(value)) options.set(value, label);
  const list = [...options].map(([value, label]) => ({ value, label }));
  const schema = {
    ...props.schema,
    'ui:options': { defaultKind: 'Group', defaultNamespace: 'default', ...own },
  };
  return <OneEntity {...props} schema={schema} options={list} />;
}

/** An entity that a team of the signed-in person owns. */
export function OwnedEntityPicker(props: FieldProps) {
  const { mine } = useTeams();
  const owned = mine.map(team => `relations.ownedBy=group:default/${team}`);
  const filters = owned.length > 0 ? filtersOf(optionsOf(props.schema)).map(each => [...each, ...owned]) : [];
  return <OneEntity {...props} options={useOptions(filters)} />;
}

/** Several entities. */
export function MultiEntityPicker(props: FieldProps) {
  const { schema, path, name } = props;
  const { values, change } = useForm();
  const [next, setNext] = useState('');
  const { required: _required, ...about } = useAbout(props);
  const { allowArbitraryValues = true, defaultKind, defaultNamespace } = optionsOf(schema);
  const options = useOptions(filtersOf(optionsOf(schema)));
  const found = valueAt(values, path);
  const chosen = Array.isArray(found) ? (found as string[]) : [];
  const add = () => {
    const reference = completed(next.trim(), { kind: defaultKind, namespace: defaultNamespace });
    if (reference !== '' && !chosen.includes(reference)) change(path, [...chosen, reference]);
    setNext('');
  };
  return (
    <Fieldset legend={labelOf(schema, name)}>
      <Stack gap="xs">
        {chosen.map(each => (
          <Group key={each} gap="xs">
            <code>{each}</code>
            <Button
              variant="default"
              size="compact-xs"
              aria-label={`Remove: ${each}`}
              onClick={() =>
                change(
                  path,
                  chosen.filter(other => other !== each),
                )
              }
            >
              Remove
            </Button>
          </Group>
        ))}
        <Group align="end" gap="xs">
          <SuggestedInput
            about={{ ...about, required: false, label: 'Add one' }}
            options={options.filter(({ value }) => !chosen.includes(value))}
            free={allowArbitraryValues !== false}
            value={next}
            onChange={text => setNext(text ?? '')}
          />
          <Button variant="default" onClick={add} disabled={next.trim() === ''}>
            Add
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
