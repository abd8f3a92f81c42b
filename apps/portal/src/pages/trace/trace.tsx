import { Code, Text, Title } from '@mantine/core';
import { hasReason, messageOf } from '@slipway/api';
import type { Trace, TraceLink } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { readTraces } from './read-traces.ts';
import './trace.css';

/** What a link is called, and how its state is said. */
const NAMES: Record<TraceLink['link'], string> = {
  pod: 'Pod',
  image: 'Image',
  signature: 'Signature',
  provenance: 'Provenance',
  build: 'Build',
  run: 'Workflow run',
  commit: 'Commit',
  push: 'Push',
  delivery: 'Environment’s commit',
  promotion: 'Promotion',
  approvals: 'Approvals',
};
const STATES = { ok: 'Proven', missing: 'Missing', bad: 'Wrong' };
/** Facts that have a page, by their name; their values are `namespace/name`. */
const PLACES: Partial<Record<string, (namespace: string, name: string) => string>> = {
  workflow: paths.workflow,
  application: paths.delivery,
  promotion: paths.promotion,
};
const DIGITS = /^(?:sha256:)?[0-9a-f]{40,64}$/;

/** From a running pod back to the commit, its author, the run and who let it in. */
export function TracePage() {
  const { namespace, pod } = useParams({ strict: false }) as { namespace: string; pod: string };
  const { data, error, isPending } = useQuery({
    queryKey: ['trace', namespace, pod],
    queryFn: ({ signal }) => readTraces(namespace, pod, signal),
    retry: false,
  });
  return (
    <>
      <PageTitle>{`Where ${pod} comes from`}</PageTitle>
      {isPending ? <Waiting what="reading the chain, link by link" /> : null}
      {error ? <Refusal reason={error} /> : null}
      {data?.map(trace => (
        <Chain key={trace.container ?? trace.image} trace={trace} alone={data.length === 1} />
      ))}
      <SameCommand command={`slipway trace ${namespace}/${pod}`} />
    </>
  );
}

function Refusal({ reason }: { reason: unknown }) {
  if (hasReason(reason, 'Unauthorized')) location.assign(paths.signIn(location.pathname));
  return (
    <Problem title="The chain could not be read">
      {messageOf(reason)}. <Link to={paths.home()}>See what runs</Link>.
    </Problem>
  );
}

function Chain({ trace, alone }: { trace: Trace; alone: boolean }) {
  const { container, image, at, whole, links } = trace;
  return (
    <section className="section" aria-label={container ?? image}>
      {alone ? null : (
        <Title order={2} size="h4" mb="xs">
          {container ?? image}
        </Title>
      )}
      <Text c="dimmed" mb="sm">
        {whole ? 'Every link is there. ' : 'Not every link is there. '}
        Read <Moment time={at} />, with your own rights.
      </Text>
      <ol className="chain">
        {links.map(link => (
          <Step key={link.link} step={link} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step: { link, state, text, facts } }: { step: TraceLink }) {
  return (
    <li className="chain-step" data-state={state} data-link={link}>
      <div className="chain-head">
        <strong>{NAMES[link]}</strong>
        <Health word={STATES[state]} />
      </div>
      <p>{text}</p>
      <dl>
        {Object.entries(facts).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Value name={name} value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function Value({ name, value }: { name: string; value: string }) {
  const [namespace = '', object = ''] = value.split('/');
  const place = PLACES[name]?.(namespace, object);
  if (place !== undefined) return <Link to={place}>{value}</Link>;
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return <Moment time={value} />;
  return DIGITS.test(value) ? <Code>{value}</Code> : value;
}
