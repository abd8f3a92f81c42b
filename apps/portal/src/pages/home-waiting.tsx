import { Text } from '@mantine/core';
import { ChangeRequest, TemplateRun, type Workload } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { Health } from '../ui/health.tsx';
import { Section } from '../ui/section.tsx';
import { failedRun, openChange, troublesOf } from './home-troubles.ts';
import { WaitingPromotions } from './promotion/waiting.tsx';

/** So many are listed; their own pages have them all. */
const MOST = 12;

/** What wants a person: promotions to approve, changes to review, what failed, what is not well. */
export function WaitingForMe({ services }: { services: Workload[] }) {
  const runs = useLive(TemplateRun).items ?? [];
  const changes = useLive(ChangeRequest).items ?? [];
  const troubles = [
    ...services.flatMap(troublesOf),
    ...runs.flatMap(run => failedRun(run, Date.now())),
    ...changes.flatMap(openChange),
  ];
  return (
    <>
      <WaitingPromotions />
      {services.length > 0 || troubles.length > 0 ? (
        <Section title="What waits for you">
          {troubles.length === 0 ? <Text>Nothing: pipelines and services are well.</Text> : null}
          <ul className="steps">
            {troubles.slice(0, MOST).map(({ id, word, to, label, message }) => (
              <li key={id}>
                <div className="facts">
                  <Health word={word} />
                  <Link to={to}>{label}</Link>
                </div>
                {message ? <Text size="sm">{message}</Text> : null}
              </li>
            ))}
          </ul>
          {troubles.length > MOST ? <Text>and {troubles.length - MOST} more</Text> : null}
        </Section>
      ) : null}
    </>
  );
}
