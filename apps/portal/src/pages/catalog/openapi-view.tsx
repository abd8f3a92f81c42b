import { Badge, Code, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { Markdown } from '../../ui/markdown.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { type Content, type Operation, readOpenApi } from './openapi.ts';
import { Lines, Schemas } from './schema-view.tsx';

/** OpenAPI's operations and schemas. */
export default function OpenApiView({ text }: { text: string }) {
  const document = useMemo(() => readOpenApi(text), [text]);
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
      <Schemas schemas={schemas} />
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
