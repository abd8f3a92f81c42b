import { Component } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import type { CatalogEntity } from '../../api/catalog.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { conditionWord, versionOf } from '../platform/tool.ts';

/** Name of the platform's component that an entity stands for; undefined: it stands for none. */
export function toolName({ metadata }: CatalogEntity): string | undefined {
  return metadata.annotations?.['slipway.dev/component'];
}

/** A tool of the platform as it is now: version, what it serves, and how far it is as it should be. */
export function Tool({ name }: { name: string }) {
  const { items, error } = useLive(Component, { name });
  if (error) return <Problem title="The component could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the component" />;
  const [component] = items;
  if (!component) return null;
  const { spec, status } = component;
  return (
    <Section title="How it is">
      <div className="facts">
        <span>Version {versionOf(component)}</span>
        <span>{spec.engine}</span>
        {spec.capabilities.map(each => (
          <Link key={each} to={paths.capability(each)}>
            {each}
          </Link>
        ))}
      </div>
      <Rows label="Conditions" columns={['Condition', 'State', 'Why', 'Since']}>
        {(status?.conditions ?? []).map(({ type, status: state, reason, message, lastTransitionTime }) => (
          <Row
            key={type}
            cells={[
              type,
              <Health key="state" word={conditionWord(state)} />,
              message || reason,
              <Moment key="since" time={lastTransitionTime} />,
            ]}
          />
        ))}
      </Rows>
    </Section>
  );
}
