import { Text, Title } from '@mantine/core';
import { isRecord, type JsonSchema } from '@slipway/api/json-schema';
import { choicesOf, labelOf, membersOf, type Page, scopeOf, type Values, widgetOf } from './form.ts';

interface ReviewRules {
  show?: boolean;
  mask?: string;
  name?: string;
}

/** `ui:backstage: { review: { show, mask, name } }`. */
function rulesOf(schema: JsonSchema): ReviewRules {
  const own = isRecord(schema['ui:backstage']) ? schema['ui:backstage'].review : undefined;
  return isRecord(own) ? own : {};
}

const HIDDEN = '••••••';

/** What a review shows of one field: label and text; undefined when it is not to be shown. */
export function reviewed(
  [name, schema]: [string, JsonSchema],
  value: unknown,
): { label: string; text: string } | undefined {
  const { show = true, mask, name: label } = rulesOf(schema);
  if (!show || value === undefined || widgetOf(schema) === 'hidden') return undefined;
  const secret = schema['ui:field'] === 'Secret' || widgetOf(schema) === 'password';
  const text = mask ?? (secret ? HIDDEN : textOf(schema, value));
  return { label: label ?? labelOf(schema, name), text };
}

function textOf(schema: JsonSchema, value: unknown): string {
  const choice = choicesOf(schema)?.find(each => each.value === value);
  if (choice) return choice.label;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value) && value.every(each => typeof each !== 'object')) return value.join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 1) : String(value);
}

/** Everything that will be sent, page by page, before it is. */
export function Review({ pages, values }: { pages: Page[]; values: Values }) {
  return pages.map(page => {
    const rows = membersOf(page.schema, values, scopeOf(page)).flatMap(member => {
      const row = reviewed(member, values[member[0]]);
      return row ? [row] : [];
    });
    return (
      <section key={page.title} className="section review">
        <Title order={2} size="h4">
          {page.title}
        </Title>
        {rows.length === 0 ? <Text c="dimmed">Nothing is filled in.</Text> : null}
        {rows.length > 0 ? (
          <dl>
            {rows.map(({ label, text }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        ) : null}
      </section>
    );
  });
}
