import { Button, Fieldset, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { checkSchema, isRecord, type JsonSchema } from '@slipway/api/json-schema';
import { useState } from 'react';
import { labelOf, membersOf, valueAt } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';

/** A group of fields. */
export function ObjectField({ path, name, schema }: FieldProps) {
  const problem = useForm().problemAt(path);
  return (
    <Fieldset legend={labelOf(schema, name)}>
      {schema.description ? <Text c="dimmed">{schema.description}</Text> : null}
      <Members path={path} schema={schema} />
      {problem ? <Text c="red">{problem}</Text> : null}
    </Fieldset>
  );
}

/** The fields of a group or page, with those of the alternative that was chosen. */
export function Members({ path, schema }: { path: FieldProps['path']; schema: JsonSchema }) {
  const { values, scope, Field } = useForm();
  const value = valueAt(values, path);
  const alternatives = (schema.oneOf ?? schema.anyOf)?.filter(each => each.properties);
  const present = alternatives?.findIndex(each => checkSchema(value ?? {}, each, scope).length === 0) ?? -1;
  const [chosen, setChosen] = useState<number>();
  const { oneOf: _one, anyOf: _any, ...own } = schema;
  const branch = alternatives?.[chosen ?? Math.max(present, 0)];
  const required = new Set([...(own.required ?? []), ...(branch?.required ?? [])]);
  const members = [...membersOf(own, value, scope), ...(branch ? membersOf(branch, value, scope) : [])];
  const seen = new Map(members);
  return (
    <Stack>
      {alternatives && alternatives.length > 0 ? (
        <NativeSelect
          label="Kind"
          data={alternatives.map((each, index) => ({
            value: String(index),
            label: each.title ?? `Alternative ${index + 1}`,
          }))}
          value={String(chosen ?? Math.max(present, 0))}
          onChange={event => setChosen(Number(event.currentTarget.value))}
        />
      ) : null}
      {[...seen].map(([name, member]) => (
        <Field
          key={name}
          path={[...path, name]}
          name={name}
          schema={member}
          required={required.has(name) || requiredNow(own, value, scope, name)}
        />
      ))}
    </Stack>
  );
}

/** Whether leaving a member out would be wrong: conditions may ask for it. */
function requiredNow(
  schema: JsonSchema,
  value: unknown,
  scope: ReturnType<typeof useForm>['scope'],
  name: string,
): boolean {
  const without = { ...(isRecord(value) ? value : {}), [name]: undefined };
  return checkSchema(without, schema, scope).some(
    ({ keyword, path }) => keyword === 'required' && path.length === 1 && path[0] === name,
  );
}

/** Names and values that a person chooses (`additionalProperties`). */
export function MapField({ path, name, schema }: FieldProps) {
  const { values, change, problemAt, Field } = useForm();
  const [key, setKey] = useState('');
  const found = valueAt(values, path);
  const map = isRecord(found) ? found : {};
  const item = isRecord(schema.additionalProperties) ? schema.additionalProperties : { type: 'string' };
  const label = labelOf(schema, name);
  const problem = problemAt(path);
  const add = () => {
    if (key === '' || Object.hasOwn(map, key)) return;
    change(path, { ...map, [key]: item.default ?? (item.type === 'string' ? '' : {}) });
    setKey('');
  };
  return (
    <Fieldset legend={label}>
      <Stack>
        {schema.description ? <Text c="dimmed">{schema.description}</Text> : null}
        {Object.keys(map).map(each => (
          <div key={each} className="list-item">
            <Field
              path={[...path, each]}
              name={each}
              schema={{ 'ui:emptyValue': '', ...item, title: each }}
              required={false}
            />
            <Button
              mt="xs"
              variant="default"
              size="compact-xs"
              aria-label={`Remove: ${each}`}
              onClick={() => change([...path, each], undefined)}
            >
              Remove
            </Button>
          </div>
        ))}
        {problem ? <Text c="red">{problem}</Text> : null}
        <Group align="end" gap="xs">
          <TextInput
            label={`New name in ${label}`}
            value={key}
            onChange={event => setKey(event.currentTarget.value)}
          />
          <Button variant="default" onClick={add} disabled={key === ''}>
            Add
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
