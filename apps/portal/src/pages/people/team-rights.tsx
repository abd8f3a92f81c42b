import { Text } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { ClusterRole, type PolicyRule, Role, RoleBinding, type Team } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { allowedBy, ENVIRONMENT_DEEDS, TEAM_DEEDS } from './rights.ts';

/** What the team may do: as the definition says it, and as the API holds it. */
export function TeamRights({ team }: { team: Stored<Team> }) {
  const { may } = team.spec;
  const namespaces = team.status?.namespaces ?? [];
  return (
    <Section title="Rights">
      <Text mb="sm">
        {may?.length
          ? `May, by its definition: ${may.map(wordOf).join('; ')}.`
          : 'The definition does not narrow what it may: its members create services and promote everywhere.'}
      </Text>
      <Rows label="Rights" columns={['In', 'Who', 'Role', 'May']}>
        {namespaces.map(namespace => (
          <Bindings key={namespace} namespace={namespace} team={team.metadata.name} />
        ))}
      </Rows>
    </Section>
  );
}

function wordOf(word: string | Record<string, string[]>): string {
  if (typeof word === 'string') return word.replaceAll('-', ' ');
  return Object.entries(word)
    .map(([verb, names]) => `${verb} to ${names.join(', ')}`)
    .join('; ');
}

function Bindings({ namespace, team }: { namespace: string; team: string }) {
  const labelSelector = `slipway.dev/team=${team}`;
  const { items, error } = useLive(RoleBinding, { namespace, labelSelector });
  if (error)
    return (
      <Row
        cells={[
          <code key="namespace">{namespace}</code>,
          '',
          '',
          <span key="why" className="quiet">
            only members and administrators see it
          </span>,
        ]}
      />
    );
  return items?.map(binding => <Row key={binding.metadata.uid} cells={cellsOf(namespace, binding)} />);
}

function cellsOf(namespace: string, binding: Stored<RoleBinding>) {
  const { subjects = [], roleRef } = binding;
  return [
    <code key="namespace">{namespace}</code>,
    subjects.map(({ kind, name }) => `${kind.toLowerCase()} ${name}`).join(', ') || (
      <span className="quiet">nobody</span>
    ),
    <div key="role">
      <code>{roleRef.name}</code>
      <ShowYaml object={binding} />
    </div>,
    <Words key="words" namespace={namespace} roleRef={roleRef} />,
  ];
}

function Words({ namespace, roleRef }: { namespace: string; roleRef: RoleBinding['roleRef'] }) {
  const { data, error } = useQuery({
    queryKey: ['role', roleRef.kind, roleRef.kind === 'Role' ? namespace : '', roleRef.name],
    queryFn: () => rulesOf(namespace, roleRef),
    staleTime: 60_000,
  });
  if (error) return <span className="quiet">the role cannot be read</span>;
  if (!data) return '…';
  const deeds = namespace.startsWith('team-') ? TEAM_DEEDS : ENVIRONMENT_DEEDS;
  return [...allowedBy(data, deeds), ...promotions(data)].join(', ');
}

async function rulesOf(namespace: string, { kind, name }: RoleBinding['roleRef']): Promise<PolicyRule[]> {
  const role =
    kind === 'Role' ? await client.get(Role, { namespace, name }) : await client.get(ClusterRole, { name });
  return role.rules ?? [];
}

/** The one right that is about single objects: the environments it may promote to. */
function promotions(rules: PolicyRule[]): string[] {
  const names = rules
    .filter(({ verbs }) => verbs.includes('promote'))
    .flatMap(rule => rule.resourceNames ?? []);
  return names.length > 0 ? [`promote to ${names.join(', ')}`] : [];
}
