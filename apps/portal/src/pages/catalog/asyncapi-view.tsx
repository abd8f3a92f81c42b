import { Code, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { Markdown } from '../../ui/markdown.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { type AsyncDocument, type Channel, type Message, readAsyncApi } from './asyncapi.ts';
import { Lines, Schemas } from './schema-view.tsx';

/** AsyncAPI's servers, channels with what is sent and received there, and schemas. */
export default function AsyncApiView({ text }: { text: string }) {
  const document = useMemo(() => readAsyncApi(text), [text]);
  const { title, version, description, servers, channels, schemas } = document;
  return (
    <>
      <div className="facts">
        <Text fw={600}>{title}</Text>
        {version ? <Code>{version}</Code> : null}
      </div>
      {description ? <Markdown text={description} level={2} /> : null}
      <Servers servers={servers} />
      <section className="section" aria-label="Channels">
        <Title order={2} size="h5" mb="xs">
          Channels
        </Title>
        {channels.length === 0 ? <Text>It describes no channels.</Text> : null}
        {channels.map(channel => (
          <OneChannel key={channel.address} channel={channel} />
        ))}
      </section>
      <Schemas schemas={schemas} />
    </>
  );
}

function Servers({ servers }: Pick<AsyncDocument, 'servers'>) {
  if (servers.length === 0) return null;
  return (
    <section className="section">
      <Rows label="Servers" columns={['Server', 'Address', 'Protocol', 'Meaning']}>
        {servers.map(({ name, address, protocol, description }) => (
          <Row key={name} cells={[name, <Code key="at">{address}</Code>, protocol, description]} />
        ))}
      </Rows>
    </section>
  );
}

function OneChannel({ channel }: { channel: Channel }) {
  const { address, description, parameters, operations, messages } = channel;
  return (
    <details className="operation">
      <summary>
        <span className="mono">{address}</span>{' '}
        <span className="quiet">{operations.map(({ action }) => action).join(', ')}</span>
      </summary>
      {description ? <Markdown text={description} level={3} /> : null}
      {parameters.length > 0 ? (
        <div className="schema">
          <Text c="dimmed" size="sm">
            Parameters
          </Text>
          <Lines lines={parameters} />
        </div>
      ) : null}
      {operations.map(operation => (
        <section key={`${operation.action} ${operation.id}`} aria-label={`${operation.action} ${address}`}>
          <Text mt="xs">
            <Code>{operation.action}</Code> {operation.id ? <Code>{operation.id}</Code> : null}{' '}
            {operation.summary}
          </Text>
          {operation.description ? <Markdown text={operation.description} level={3} /> : null}
          <Messages messages={operation.messages} />
        </section>
      ))}
      <Messages messages={messages} />
    </details>
  );
}

function Messages({ messages }: { messages: Message[] }) {
  return messages.map(({ name, summary, payload, headers }) => (
    <div key={name} className="schema">
      <Text size="sm">
        Message <Code>{name}</Code> {payload.type}
        {summary ? <span className="quiet"> {summary}</span> : null}
      </Text>
      <Lines lines={payload.inside} />
      {headers ? (
        <>
          <Text size="sm">Headers</Text>
          <Lines lines={headers.inside} />
        </>
      ) : null}
    </div>
  ));
}
