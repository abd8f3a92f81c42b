import type { Workload } from '@slipway/kinds';
import { SameCommand } from '../../ui/notice.tsx';
import { ServiceDelivery } from '../insights/delivery-measures.tsx';
import { ScoreCard } from '../insights/score-card.tsx';

/** Where the service of a component stands: every check of its scorecards, and what delivery measures. */
export default function ServiceScore({ workload: { metadata } }: { workload: Workload }) {
  const { name = '', namespace = '' } = metadata;
  return (
    <>
      <ScoreCard namespace={namespace} name={name} all />
      <ServiceDelivery namespace={namespace} name={name} />
      <SameCommand command={`slipway scorecard show ${name}`} />
    </>
  );
}
