import { Badge, Code, Text, Title } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { useMemo } from 'react';
import type { CatalogEntity } from '../../api/catalog.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Problem } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { type ApiDocument, type Content, type Operation, readOpenApi, type SchemaLine } from './openapi.ts';

/** The interface that an API entity describes: OpenAPI's operations and schemas, anything else as it is written. */
export default function ApiViewer({ entity }: { entity: CatalogEntity }) {
  const { definition, type } = entity.spec ?? {};
  const text = typeof definition === 'string' ? definition : '';
  const read = useMemo(() => attempt(text), [text]);
  if (text === '') return <Text>Its spec.definition is empty: there is no interface to show.</Text>;
  if (type !== 'openapi') return <CodeBlock label={`Definition (${String(type)})`} text={text} />;
  return (
    <>
      {'document' in read ? (
        <Interface document={read.document} />
      ) : (
        <Problem title="The definition could not be read as OpenAPI">{read.error}</Problem>
      )}
      <details className="yaml">
        <summary>Show the definition</summary>
        <CodeBlock label="Definition" text={text} />
      </details>
    </>
  );
}

function attempt(text: string): { document: ApiDocument } | { error: string } {
  try {
    return { document: readOpenApi(text) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function Interface({ document }: { document: ApiDocument }) {
  const { title, version, description, groups, schemas } = document;
  return (
    <>
      <div className="facts">
        <Text fw={600}>{title}</Text>
        {version ? <Code>{version}</Code> : null}
      </div>
      {description ? <Markdown text={description} level={2} /> : null}
      {groups.length === 0 ? <Text>It describes no operations.</Text> : null}
      {groups.map(({ tag, operations }) => (
        <section key={tag} className="section" aria-label={`Operations: ${tag}`}>
          <Title order={2} size="h5" mb="xs">
            {tag}
          </Title>
          {operations.map(operation => (
            <OperationDetails key={`${operation.method} ${operation.path}`} operation={operation} />
          ))}
        </section>
      ))}
      {schemas.length > 0 ? <Schemas schemas={schemas} /> : null}
    </>
  );
}

function OperationDetails({ operation }: { operation: Operation }) {
  const { method, path, summary, description, deprecated, parameters, body, responses } = operation;
  return (
    <details className="operation">
      <summary>
        <Code>{method}</Code> <span className="mono">{path}</span> {summary}
        {deprecated ? (
          <Badge variant="default" tt="none" ml="xs">
            deprecated
          </Badge>
        ) : null}
      </summary>
      {description ? <Markdown text={description} level={3} /> : null}
      {parameters.length > 0 ? (
        <Rows label={`Parameters of ${method} ${path}`} columns={['Parameter', 'In', 'Type', 'Meaning']}>
          {parameters.map(each => (
            <Row
              key={`${each.in} ${each.name}`}
              cells={[
                <Required key="name" name={each.name} required={each.required} />,
                each.in,
                each.type,
                each.description,
              ]}
            />
          ))}
        </Rows>
      ) : null}
      {body.map(content => (
        <ContentLines key={content.media} label="Body" content={content} />
      ))}
      {responses.map(({ status, description: meaning, content }) => (
        <div key={status}>
          <Text mt="xs">
            <Code>{status}</Code> {meaning}
          </Text>
          {content.map(each => (
            <ContentLines key={each.media} label={`Answer ${status}`} content={each} />
          ))}
        </div>
      ))}
    </details>
  );
}

function Required({ name, required }: { name: string; required: boolean }) {
  return (
    <>
      <Code>{name}</Code>
      {required ? ' required' : null}
    </>
  );
}

function ContentLines({ label, content }: { label: string; content: Content }) {
  return (
    <div className="schema">
      <Text c="dimmed" size="sm">
        {label}, {content.media}: {content.schema.type}
      </Text>
      <Lines lines={content.schema.inside} />
    </div>
  );
}

function Lines({ lines }: { lines: SchemaLine[] }) {
  if (lines.length === 0) return null;
  const keyed = lines.map((line, index) => ({ line, key: `${line.name} ${index}` }));
  return (
    <ul>
      {keyed.map(({ line, key }) => (
        <li key={key}>
          {line.name ? <Code>{line.name}</Code> : null} {line.type}
          {line.required ? ', required' : ''}
          {line.description ? <span className="quiet"> {line.description}</span> : null}
          <Lines lines={line.inside} />
        </li>
      ))}
    </ul>
  );
}

function Schemas({ schemas }: { schemas: SchemaLine[] }) {
  return (
    <section className="section" aria-label="Schemas">
      <Title order={2} size="h5" mb="xs">
        Schemas
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
