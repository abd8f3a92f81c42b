import { effectiveSchema } from '@slipway/api/json-schema';
import { choicesOf, labelOf, optionsOf, valueAt, widgetOf } from '../form.ts';
import { type FieldProps, useForm } from '../form-state.tsx';
import { pickerOf } from '../pickers/pickers.tsx';
import { BooleanField } from './boolean-field.tsx';
import { ChoiceField, SeveralField } from './choice-field.tsx';
import { ListField } from './list-field.tsx';
import { MapField, ObjectField } from './object-field.tsx';
import { NumberField, TextField } from './text-field.tsx';
import { Unknown } from './unknown.tsx';

/** Every `ui:widget` there is here. */
export const WIDGETS = [
  ...[
    'text',
    'textarea',
    'password',
    'radio',
    'select',
    'checkbox',
    'checkboxes',
    'hidden',
    'updown',
    'range',
  ],
  ...['email', 'uri', 'URL', 'date', 'time', 'datetime', 'date-time', 'color'],
];

/** One property of a form: a picker, a choice, a list, a group, or a plain value. */
export function Field(props: FieldProps) {
  const { values, scope } = useForm();
  const value = valueAt(values, props.path);
  const schema = effectiveSchema(props.schema, value, scope);
  const widget = widgetOf(schema);
  const field = schema['ui:field'];
  const own = { ...props, schema };
  if (widget === 'hidden') return null;
  if (typeof field === 'string') {
    const Picker = pickerOf(field);
    return Picker ? <Picker {...own} /> : <Unknown {...own} what={`ui:field ${JSON.stringify(field)}`} />;
  }
  if (widget !== undefined && !WIDGETS.includes(widget))
    return <Unknown {...own} what={`ui:widget ${JSON.stringify(widget)}`} />;
  return <Plain {...own} />;
}

function Plain(props: FieldProps) {
  const { schema } = props;
  const type = typeOf(props);
  if (type === 'boolean' && widgetOf(schema) !== 'radio' && widgetOf(schema) !== 'select')
    return <BooleanField {...props} />;
  if (type === 'boolean') return <ChoiceField {...props} choices={yesNo(props)} />;
  const choices = choicesOf(schema);
  if (choices) return <ChoiceField {...props} choices={choices} />;
  if (type === 'array') {
    const items = Array.isArray(schema.items) ? undefined : schema.items;
    const several = items && schema.uniqueItems ? choicesOf(items) : undefined;
    return several ? <SeveralField {...props} choices={several} /> : <ListField {...props} />;
  }
  if (type === 'object') {
    const open = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
    return open && !schema.properties ? <MapField {...props} /> : <ObjectField {...props} />;
  }
  if (type === 'number' || type === 'integer') return <NumberField {...props} />;
  return <TextField {...props} />;
}

function typeOf({ schema }: FieldProps): string {
  const { type } = schema;
  const named = Array.isArray(type) ? type.find(each => each !== 'null') : type;
  if (named) return named;
  if (schema.properties || schema.additionalProperties) return 'object';
  return schema.items ? 'array' : 'string';
}

function yesNo({ schema, name }: FieldProps) {
  const names = (schema['ui:enumNames'] ?? schema.enumNames ?? optionsOf(schema).enumNames) as
    | string[]
    | undefined;
  const label = labelOf(schema, name);
  return [
    { value: true, label: names?.[0] ?? 'Yes' },
    { value: false, label: names?.[1] ?? 'No' },
  ].map(choice => ({ ...choice, key: label }));
}
