import { Text } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { Component, type ComponentType, lazy, type ReactNode } from 'react';
import type { CatalogEntity } from '../../api/catalog.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Problem } from '../../ui/notice.tsx';

/** Views by `spec.type`; anything else is shown as it is written. */
const VIEWS: Record<string, { title: string; View: ComponentType<{ text: string }> }> = {
  openapi: { title: 'OpenAPI', View: lazy(() => import('./openapi-view.tsx')) },
  asyncapi: { title: 'AsyncAPI', View: lazy(() => import('./asyncapi-view.tsx')) },
  graphql: { title: 'GraphQL', View: lazy(() => import('./graphql-view.tsx')) },
};

/** The interface that an API entity describes: operations, channels and types, with the definition below them. */
export default function ApiViewer({ entity }: { entity: CatalogEntity }) {
  const { definition, type } = entity.spec ?? {};
  const text = typeof definition === 'string' ? definition : '';
  if (text === '') return <Text>Its spec.definition is empty: there is no interface to show.</Text>;
  const known = typeof type === 'string' && Object.hasOwn(VIEWS, type) ? VIEWS[type] : undefined;
  if (!known) return <CodeBlock label={`Definition (${String(type)})`} text={text} />;
  const { title, View } = known;
  return (
    <>
      <Readable key={text} title={`The definition could not be read as ${title}`}>
        <View text={text} />
      </Readable>
      <details className="yaml">
        <summary>Show the definition</summary>
        <CodeBlock label="Definition" text={text} />
      </details>
    </>
  );
}

/** Says what is wrong with a definition that its view cannot read. */
class Readable extends Component<{ title: string; children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Problem title={this.props.title}>{messageOf(error)}</Problem>;
  }
}
