import { Text, Title } from '@mantine/core';
import { type EnvironmentDelivery, Report, reportKeyOf } from '@slipway/kinds';
import { useLive } from '../../api/live.ts';
import { Moment } from '../../ui/moment.tsx';
import { SameCommand } from '../../ui/notice.tsx';
import { Trend } from './trend.tsx';
import { measureWords } from './words.ts';
import './insights.css';

/** DORA's five measures of one service, environment by environment. */
export function ServiceDelivery({ namespace, name }: { namespace: string; name: string }) {
  const { items } = useLive(Report, reportKeyOf({ namespace, name }));
  const delivery = items?.[0]?.status?.delivery ?? [];
  if (delivery.length === 0) return null;
  return (
    <>
      {delivery.map(each => (
        <OneEnvironment key={each.name} delivery={each} />
      ))}
      <SameCommand command={`slipway insights show ${name}`} />
    </>
  );
}

function OneEnvironment({ delivery }: { delivery: EnvironmentDelivery }) {
  const { name, production, since, measures, history } = delivery;
  return (
    <section className="section">
      <div className="facts">
        <Title order={2} size="h4">
          Delivery to {name}
        </Title>
        <Trend
          values={history.map(each => each.deployments)}
          label={`Deployments within 30 days over time: ${measures.deployments} now`}
        />
      </div>
      <Text size="sm" c="dimmed" mb="xs">
        {production ? 'These are the measures of the service. ' : ''}Known since <Moment time={since} />.
      </Text>
      <dl className="measures">
        {measureWords(measures).map(each => (
          <div key={each.name}>
            <dt>{each.name}</dt>
            <dd className="numbers">{each.value}</dd>
            {each.group ? <dd className="group">{each.group}</dd> : null}
          </div>
        ))}
      </dl>
    </section>
  );
}
