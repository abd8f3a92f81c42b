import { Button, Checkbox, NativeSelect, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

/** One property of a template's parameters, as far as this form shows it. */
export interface Property {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  'ui:widget'?: string;
  'ui:help'?: string;
  'ui:placeholder'?: string;
}

export interface Page {
  title?: string;
  required?: string[];
  properties?: Record<string, Property>;
}

interface Props {
  pages: Page[];
  /** Name under which what was typed is kept in this browser until it is sent. */
  draft: string;
  busy: boolean;
  onSubmit: (values: Record<string, unknown>) => void;
}

/** A form from JSON Schema pages: it checks while one types, keeps a draft and submits once. */
export function SchemaForm({ pages, draft, busy, onSubmit }: Props) {
  const properties = Object.assign({}, ...pages.map(page => page.properties ?? {})) as Record<
    string,
    Property
  >;
  const required = new Set(pages.flatMap(page => page.required ?? []));
  const [values, setValues] = useState<Record<string, unknown>>(() => ({
    ...defaultsOf(properties),
    ...readDraft(draft),
  }));
  const [touched, setTouched] = useState<Record<string, boolean>>({});
  const problems = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      problemOf(values[name], property, required.has(name)),
    ]),
  );
  const change = (name: string, value: unknown) => {
    const next = { ...values, [name]: value };
    setValues(next);
    setTouched({ ...touched, [name]: true });
    sessionStorage.setItem(draft, JSON.stringify(next));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(Object.fromEntries(Object.keys(properties).map(name => [name, true])));
    if (busy || Object.values(problems).some(Boolean)) return;
    sessionStorage.removeItem(draft);
    onSubmit(
      Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== undefined)),
    );
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={480}>
        {Object.entries(properties).map(([name, property]) => (
          <Field
            key={name}
            name={name}
            property={property}
            value={values[name]}
            required={required.has(name)}
            error={touched[name] ? problems[name] : undefined}
            onChange={value => change(name, value)}
          />
        ))}
        <div>
          <Button type="submit" loading={busy}>
            Create
          </Button>
        </div>
      </Stack>
    </form>
  );
}

interface FieldProps {
  name: string;
  property: Property;
  value: unknown;
  required: boolean;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

function Field({ name, property, value, required, error, onChange }: FieldProps) {
  const about = {
    name,
    label: property.title ?? name,
    description: property.description ?? property['ui:help'],
    error,
    required,
  };
  if (property.type === 'boolean') {
    const { required: _required, ...rest } = about;
    return (
      <Checkbox
        {...rest}
        checked={value === true}
        onChange={event => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (property.enum) {
    const data = ['', ...property.enum.map(String)];
    return (
      <NativeSelect
        {...about}
        data={data}
        value={String(value ?? '')}
        onChange={event => onChange(event.currentTarget.value)}
      />
    );
  }
  if (property.type === 'number' || property.type === 'integer') {
    return <NumberInput {...about} value={(value as number | undefined) ?? ''} onChange={onChange} />;
  }
  const text = {
    ...about,
    placeholder: property['ui:placeholder'] ?? '',
    value: String(value ?? ''),
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return property['ui:widget'] === 'textarea' ? (
    <Textarea {...text} autosize minRows={3} />
  ) : (
    <TextInput {...text} />
  );
}

function defaultsOf(properties: Record<string, Property>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]));
}

function readDraft(name: string): Record<string, unknown> {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The first thing that is wrong with a value, as a sentence; undefined when nothing is. The server checks again. */
export function problemOf(value: unknown, property: Property, required: boolean): string | undefined {
  if (value === undefined || value === '') return required ? 'Please fill this in.' : undefined;
  if (typeof value === 'number') return rangeProblem(value, property);
  if (typeof value !== 'string') return undefined;
  if (property.minLength !== undefined && value.length < property.minLength)
    return `At least ${property.minLength} characters.`;
  if (property.maxLength !== undefined && value.length > property.maxLength)
    return `At most ${property.maxLength} characters.`;
  if (property.pattern && !new RegExp(property.pattern, 'u').test(value)) {
    return property.pattern.includes('a-z0-9')
      ? 'Lower-case letters, digits and "-" only, not at the ends.'
      : `It has to match ${property.pattern}.`;
  }
  return undefined;
}

function rangeProblem(value: number, { minimum, maximum }: Property): string | undefined {
  if (minimum !== undefined && value < minimum) return `${minimum} or more.`;
  if (maximum !== undefined && value > maximum) return `${maximum} or less.`;
  return undefined;
}
