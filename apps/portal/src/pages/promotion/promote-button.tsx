import { Button } from '@mantine/core';
import { Environment, Promotion, type Workload } from '@slipway/kinds';
import { Link, useNavigate } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Problem } from '../../ui/notice.tsx';
import { useWriting } from './use-writing.ts';
import { openTo, wayTo } from './ways.ts';
import { startPromotion } from './write.ts';

interface Props {
  workload: Workload;
  /** The environment that is promoted to. */
  to: string;
}

/** Promotes a service to an environment; nothing where there is nothing to promote. */
export function PromoteButton(props: Props) {
  const { items: environments } = useLive(Environment);
  const { items: promotions } = useLive(Promotion, { namespace: props.workload.metadata.namespace ?? '' });
  if (!environments || !promotions) return null;
  return <Promote {...props} environments={environments} promotions={promotions} />;
}

/** As `PromoteButton`, where the page has the objects already. One that is open is where it leads. */
export function Promote({
  workload,
  to,
  environments,
  promotions,
}: Props & { environments: Environment[]; promotions: Promotion[] }) {
  const navigate = useNavigate();
  const { name = '', namespace = '' } = workload.metadata;
  const { busy, failure, write } = useWriting((made: { metadata: { name: string } }) =>
    navigate({ to: paths.promotion(namespace, made.metadata.name) }),
  );
  const way = wayTo(workload, to, environments);
  const open = openTo(workload, to, promotions);
  if (open)
    return (
      <Link to={paths.promotion(namespace, open.metadata.name ?? '')}>
        {open.status?.phase === 'Promoting' ? 'Being promoted' : 'Promotion waits'}
      </Link>
    );
  if (!way) return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={busy}
        onClick={() => write(() => startPromotion(namespace, { workload: name, to, image: way.image }))}
        aria-label={`Promote from ${way.from}: ${name} to ${to}`}
      >
        Promote from {way.from}
      </Button>
      {failure ? <Problem title="It was not promoted">{failure}</Problem> : null}
    </>
  );
}
