import type { Component } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { addressesOf, healthOf, versionOf } from './tool.ts';

/** Every tool that this platform consists of, and where it is opened. */
export function Tools({ components }: { components: Component[] }) {
  const byTitle = components.toSorted((a, b) => titleOf(a).localeCompare(titleOf(b)));
  return (
    <Section title="Tools">
      <Rows label="Tools" columns={['Tool', 'Version', 'Engine', 'Health', 'Open']}>
        {byTitle.map(each => (
          <Row
            key={each.metadata.name}
            cells={[
              <Link key="tool" to={paths.entity('component', 'platform', each.metadata.name ?? '')}>
                {titleOf(each)}
              </Link>,
              versionOf(each),
              each.spec.engine,
              <Health key="health" word={healthOf(each)} />,
              <ToolLinks key="open" component={each} />,
            ]}
          />
        ))}
      </Rows>
    </Section>
  );
}

/** Its pages, each opened where its sign-in begins; of who has none its address. */
export function ToolLinks({ component }: { component: Component }) {
  return (
    <span className="field-choice">
      {addressesOf(component).map(({ title, url, isSignIn }) => (
        <a key={url} href={url} rel="noopener" title={isSignIn ? 'opens signed in' : undefined}>
          {title}
        </a>
      ))}
    </span>
  );
}

function titleOf({ spec }: Component): string {
  return spec.title ?? spec.technology;
}
