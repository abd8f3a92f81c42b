import { Code, Text } from '@mantine/core';
import type { Workload, WorkloadEnvironment } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../paths.ts';
import { Health } from '../ui/health.tsx';
import { Row, Rows } from '../ui/rows.tsx';

interface Props {
  workload: Workload;
  /** What one can do with an environment. */
  actions?: (environment: WorkloadEnvironment) => ReactNode;
}

/** A service's environments side by side: how each is, where it answers, which image runs there. */
export function Environments({ workload, actions }: Props) {
  const columns = ['Environment', 'Health', 'Address', 'Image', 'Delivery', ...(actions ? ['Next'] : [])];
  return (
    <Rows label="Environments" columns={columns}>
      {(workload.status?.environments ?? []).map(each => (
        <Row key={each.name} cells={[...cellsOf(workload, each), actions?.(each)]} />
      ))}
    </Rows>
  );
}

function cellsOf({ metadata }: Workload, environment: WorkloadEnvironment) {
  const { name, health, healthy, message, image, url, application } = environment;
  return [
    name,
    <div key="health">
      <Health word={health ?? (healthy ? 'Healthy' : 'Missing')} />
      {message ? <Text size="sm">{message}</Text> : null}
    </div>,
    image ? (
      <a key="address" href={url}>
        {url}
      </a>
    ) : (
      'nothing runs here yet'
    ),
    image ? <Code key="image">{image.replace(/^.*@sha256:/, '').slice(0, 12)}</Code> : null,
    image ? (
      <Link key="delivery" to={paths.delivery(metadata.namespace ?? '', application)}>
        {application}
      </Link>
    ) : null,
  ];
}
