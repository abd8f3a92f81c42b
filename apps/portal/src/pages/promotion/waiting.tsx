import { Text } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { Promotion, SelfSubjectReview } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Section } from '../../ui/section.tsx';
import { waitsFor } from './ways.ts';

/** Promotions that wait for a decision of the person who is signed in; undefined until that is known. */
export function useWaitingPromotions(): Stored<Promotion>[] | undefined {
  const { items } = useLive(Promotion);
  const { data: person } = useQuery({
    queryKey: ['person and groups'],
    queryFn: askGroups,
    staleTime: 60_000,
  });
  if (!items || !person) return undefined;
  return items.filter(item => waitsFor(item, person));
}

async function askGroups(): Promise<{ name: string; groups: string[] }> {
  const review = await client.create(SelfSubjectReview, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    metadata: {},
  });
  const { username = '', groups = [] } = review.status?.userInfo ?? {};
  return { name: username, groups };
}

/** What waits for me to decide; nothing when nothing does. */
export function WaitingPromotions() {
  const waiting = useWaitingPromotions();
  if (!waiting || waiting.length === 0) return null;
  return (
    <Section title="Waits for your approval">
      <ul className="steps">
        {waiting.map(({ metadata, spec, status }) => (
          <li key={metadata.uid}>
            <div className="facts">
              <Health word="Waiting" />
              <Link to={paths.promotion(metadata.namespace ?? '', metadata.name)}>
                {spec.workload} to {spec.to}
              </Link>
              <Text size="sm">
                {status?.rollback ? 'rolled back' : 'promoted'} by {status?.promotedBy}
                {spec.reason ? `: ${spec.reason}` : ''}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
