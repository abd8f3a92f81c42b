import { Code, Text, Title } from '@mantine/core';
import type { SchemaLine } from './schema-lines.ts';

/** What is inside a schema, line by line. */
export function Lines({ lines }: { lines: SchemaLine[] }) {
  if (lines.length === 0) return null;
  const keyed = lines.map((line, index) => ({ line, key: `${line.name} ${index}` }));
  return (
    <ul>
      {keyed.map(({ line, key }) => (
        <li key={key}>
          {line.name ? <Code>{line.name}</Code> : null} {line.type}
          {line.required ? ', required' : ''}
          {line.deprecated ? ', deprecated' : ''}
          {line.description ? <span className="quiet"> {line.description}</span> : null}
          <Lines lines={line.inside} />
        </li>
      ))}
    </ul>
  );
}

/** Named schemas, each folded. */
export function Schemas({ schemas, title = 'Schemas' }: { schemas: SchemaLine[]; title?: string }) {
  if (schemas.length === 0) return null;
  return (
    <section className="section" aria-label={title}>
      <Title order={2} size="h5" mb="xs">
        {title}
      </Title>
      {schemas.map(schema => (
        <details key={schema.name} className="operation">
          <summary>
            <span className="mono">{schema.name}</span> <span className="quiet">{schema.type}</span>
          </summary>
          {schema.description ? <Text size="sm">{schema.description}</Text> : null}
          <div className="schema">
            <Lines lines={schema.inside} />
          </div>
        </details>
      ))}
    </section>
  );
}
