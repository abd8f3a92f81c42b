import { Code, Text, Title } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { Retirement, type RetirementItem } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { Confirm } from './confirm.tsx';
import { retireCommand } from './retire-command.ts';

/** Everything a service made and what becomes of it: first a list, then, once confirmed, its removal as it happens. */
export function RetirementPage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(Retirement, { namespace, name });
  const retirement = items?.[0];
  if (error) return <Problem title="The list could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the list" />;
  if (!retirement)
    return (
      <Problem title={`There is no retirement ${name}`}>
        Nothing was removed by it. <Link to={paths.home()}>Go home</Link>
      </Problem>
    );
  const { phase, message, counts } = retirement.status ?? {};
  return (
    <>
      <PageTitle
        beside={<Health word={phase ?? 'Pending'} />}
      >{`Retire ${retirement.spec.workload}`}</PageTitle>
      {phase === 'Failed' ? <Problem title="It was not retired">{message ?? 'No message.'}</Problem> : null}
      {phase && phase !== 'Planned' && phase !== 'Failed' ? (
        <Text mb="md" role="status">
          {message ?? 'It begins.'} {counts ? `${counts.gone} of ${counts.remove} gone.` : ''}
        </Text>
      ) : null}
      {phase ? null : <Waiting what="listing what the service made" />}
      {phase === 'Planned' ? <Confirm retirement={retirement} /> : null}
      <Lists retirement={retirement} />
      <Limits limits={retirement.status?.limits ?? []} />
      <SameCommand command={retireCommand(retirement)} />
      <ShowYaml object={retirement} />
    </>
  );
}

function Lists({ retirement: { status } }: { retirement: Stored<Retirement> }) {
  const items = status?.items ?? [];
  const lists = [
    { title: status?.phase === 'Retired' ? 'Removed' : 'To be removed', action: 'Remove' },
    { title: 'Stays', action: 'Keep' },
  ];
  return lists.map(({ title, action }) => {
    const own = items.filter(each => each.action === action);
    if (own.length === 0) return null;
    return (
      <section key={action} className="section">
        <Title order={2} size="h4" mb="xs">
          {title} ({own.length})
        </Title>
        <Rows label={title} columns={['What', 'Name', 'Why', 'State']}>
          {own.map(item => (
            <Row key={`${item.kind} ${item.namespace} ${item.name} ${item.uid}`} cells={cellsOf(item)} />
          ))}
        </Rows>
        {action === 'Remove' && status?.unlisted ? <Text>and {status.unlisted} more</Text> : null}
      </section>
    );
  });
}

/** What the platform cannot see or remove where it runs. */
function Limits({ limits }: { limits: string[] }) {
  if (limits.length === 0) return null;
  return (
    <Section title="Not removed by the platform">
      <ul>
        {limits.map(each => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </Section>
  );
}

function cellsOf({ kind, namespace, name, because, state }: RetirementItem) {
  const short = name.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');
  return [
    kind,
    <Code key="name">{namespace ? `${namespace}/${short}` : short}</Code>,
    because,
    <Health key="state" word={state} />,
  ];
}
