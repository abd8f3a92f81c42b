import { Text, Title } from '@mantine/core';
import type { Workload } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { Health } from '../ui/health.tsx';
import { troublesOf } from './home-troubles.ts';

/** What wants a person: pipelines that failed, services that are not well. */
export function WaitingForMe({ services }: { services: Workload[] }) {
  const troubles = services.flatMap(troublesOf);
  if (services.length === 0) return null;
  return (
    <section className="section" aria-labelledby="waiting">
      <Title order={2} size="h4" mb="xs" id="waiting">
        What waits for you
      </Title>
      {troubles.length === 0 ? <Text>Nothing: pipelines and services are well.</Text> : null}
      <ul className="steps">
        {troubles.map(({ id, word, to, label, message }) => (
          <li key={id}>
            <div className="facts">
              <Health word={word} />
              <Link to={to}>{label}</Link>
            </div>
            {message ? <Text size="sm">{message}</Text> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
