import { Text, Title } from '@mantine/core';
import { Capability, type CapabilityTechnology, Component } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { chosenFor } from './bands.ts';
import { healthOf, troubleOf, versionOf } from './tool.ts';
import { ToolLinks } from './tools.tsx';
import './platform.css';

/** One capability: what serves it here, and what helps to choose among all that could. */
export function CapabilityPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const map = useLive(Capability, { name: id });
  const components = useLive(Component);
  const error = map.error ?? components.error;
  if (error) return <Problem title="The capability could not be read">{error}</Problem>;
  if (!map.items || !components.items) return <Waiting what="reading the capability" />;
  const [capability] = map.items;
  if (!capability)
    return <Problem title={`There is no capability ${id}`}>See the map for all of them.</Problem>;
  const { title, purpose, choice, technologies } = capability.spec;
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <Text>{purpose}</Text>
      <Text c="dimmed" mb="md">
        {choice === 'one' ? 'One technology at a time.' : 'Several technologies side by side.'}
      </Text>
      <Chosen id={id} components={chosenFor(id, components.items)} />
      {technologies.map(each => (
        <Technology key={each.id} technology={each} />
      ))}
      <SameCommand command={`slipway capability show ${id}`} />
      <ShowYaml object={capability} />
    </>
  );
}

function Chosen({ id, components }: { id: string; components: Component[] }) {
  if (components.length === 0) return <Text>Nothing is chosen for it in this platform.</Text>;
  return (
    <Rows
      label="Chosen"
      columns={['Technology', 'Engine', 'Version', 'Health', 'Last answer', 'Asked', 'Open']}
    >
      {components.map(each => {
        const probe = each.status?.probes?.find(({ capability }) => capability === id);
        return (
          <Row
            key={each.metadata.name}
            cells={[
              <Link key="tool" to={paths.entity('component', 'platform', each.metadata.name ?? '')}>
                {each.spec.technology}
              </Link>,
              each.spec.engine,
              versionOf(each),
              <Health key="health" word={healthOf(each, id)} />,
              probe?.message ?? answerOf(each),
              <Moment key="asked" time={probe?.time} />,
              <ToolLinks key="open" component={each} />,
            ]}
          />
        );
      })}
    </Rows>
  );
}

function answerOf(component: Component): string {
  return healthOf(component) === 'Healthy' ? 'it has no probe of its own' : troubleOf(component);
}

function Technology({ technology }: { technology: CapabilityTechnology }) {
  const { id, title, where, guidance } = technology;
  const rows: [string, string][] = [
    ['For', guidance.purpose],
    ['Choose when', guidance.chooseWhen],
    ['Avoid when', guidance.avoidWhen],
    ['Switching', guidance.switching],
    ['Licence', guidance.licence],
    ['CNCF', guidance.cncf],
    ['Maintenance', guidance.maintenance],
    ['As of', guidance.asOf],
  ];
  return (
    <section className="section">
      <div className="facts">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        <Text c="dimmed" size="sm">
          {id}, {where}
        </Text>
      </div>
      <dl className="guidance">
        {rows.map(([name, text]) => (
          <div key={name} className="pair">
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div className="pair">
          <dt>Homepage</dt>
          <dd>
            <a href={guidance.homepage} rel="noreferrer">
              {guidance.homepage}
            </a>
          </dd>
        </div>
      </dl>
    </section>
  );
}
