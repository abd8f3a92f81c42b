import { Button } from '@mantine/core';
import { Environment, type Workload } from '@slipway/kinds';
import { useNavigate } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Problem } from '../../ui/notice.tsx';
import { useWriting } from './use-writing.ts';
import { wayTo } from './ways.ts';
import { startPromotion } from './write.ts';

interface Props {
  workload: Workload;
  /** The environment that is promoted to. */
  to: string;
}

/** Promotes a service to an environment; nothing where there is nothing to promote. */
export function PromoteButton(props: Props) {
  const { items } = useLive(Environment);
  return items ? <Promote {...props} environments={items} /> : null;
}

/** As `PromoteButton`, where the page has the environments already. */
export function Promote({ workload, to, environments }: Props & { environments: Environment[] }) {
  const navigate = useNavigate();
  const { name = '', namespace = '' } = workload.metadata;
  const { busy, failure, write } = useWriting((made: { metadata: { name: string } }) =>
    navigate({ to: paths.promotion(namespace, made.metadata.name) }),
  );
  const way = wayTo(workload, to, environments);
  if (!way) return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={busy}
        onClick={() => write(() => startPromotion(namespace, { workload: name, to, image: way.image }))}
        aria-label={`Promote ${name} from ${way.from} to ${to}`}
      >
        Promote from {way.from}
      </Button>
      {failure ? <Problem title="It was not promoted">{failure}</Problem> : null}
    </>
  );
}
