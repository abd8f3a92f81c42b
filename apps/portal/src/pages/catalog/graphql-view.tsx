import { Badge, Code, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { Markdown } from '../../ui/markdown.tsx';
import { readGraphql } from './graphql.ts';
import type { SchemaLine } from './schema-lines.ts';
import { Lines, Schemas } from './schema-view.tsx';

const TITLES: Record<string, string> = {
  query: 'Queries',
  mutation: 'Mutations',
  subscription: 'Subscriptions',
};

/** GraphQL's queries, mutations and subscriptions, and the types they speak of. */
export default function GraphqlView({ text }: { text: string }) {
  const { operations, types } = useMemo(() => readGraphql(text), [text]);
  return (
    <>
      {operations.length === 0 ? <Text>It has no query, mutation or subscription.</Text> : null}
      {operations.map(({ kind, fields }) => (
        <section key={kind} className="section" aria-label={TITLES[kind]}>
          <Title order={2} size="h5" mb="xs">
            {TITLES[kind]}
          </Title>
          {fields.map(field => (
            <OneField key={field.name} field={field} />
          ))}
        </section>
      ))}
      <Schemas title="Types" schemas={types} />
    </>
  );
}

function OneField({ field }: { field: SchemaLine }) {
  const { name, type, description, deprecated, inside } = field;
  return (
    <details className="operation">
      <summary>
        <span className="mono">{name}</span> <Code>{type}</Code>
        {deprecated ? (
          <Badge variant="default" tt="none" ml="xs">
            deprecated
          </Badge>
        ) : null}
      </summary>
      {description ? <Markdown text={description} level={3} /> : null}
      <div className="schema">
        <Text c="dimmed" size="sm">
          {inside.length > 0 ? 'Arguments' : 'It takes no arguments.'}
        </Text>
        <Lines lines={inside} />
      </div>
    </details>
  );
}
