import { Code } from '@mantine/core';
import { BranchProtection, type Repository } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { repositoryPath, useGitea } from './gitea.ts';
import { rulesOf } from './rules.ts';

/** Gitea's Branch, as far as it is shown. */
interface Branch {
  name: string;
  commit: { id: string; message: string };
  effective_branch_protection_name: string;
}

/** Branches, what each is, and what it takes to change it. */
export function Branches({ repository }: { repository: Repository }) {
  const { namespace = '', name = '' } = repository.metadata;
  const { items: protections } = useLive(BranchProtection, { namespace });
  const own = (protections ?? []).filter(({ spec }) => spec.repository === name);
  const version = JSON.stringify([
    repository.status?.branches,
    own.map(({ metadata }) => metadata.resourceVersion),
  ]);
  const { data, error } = useGitea<Branch[]>(`${repositoryPath(repository.spec)}/branches?limit=50`, version);
  if (error) return <Problem title="The branches could not be read">{error.message}</Problem>;
  if (!data) return <Waiting what="reading branches" />;
  const base = repository.spec.defaultBranch ?? 'main';
  return (
    <>
      <Rows label="Branches" columns={['Branch', 'Newest commit', 'Protected', 'Propose']}>
        {data.map(branch => {
          const rule = own.find(({ spec }) => spec.rule === branch.effective_branch_protection_name);
          return (
            <Row
              key={branch.name}
              cells={[
                <Link key="name" to="." search={{ ref: branch.name } as never}>
                  {branch.name}
                </Link>,
                <span key="commit">
                  <Code>{branch.commit.id.slice(0, 10)}</Code> {branch.commit.message.split('\n')[0]}
                </span>,
                rule ? rulesOf(rule.spec).join(', ') : 'no',
                branch.name === base ? null : (
                  <Link key="new" to={paths.changes(namespace, name)} search={{ new: branch.name } as never}>
                    Open a change
                  </Link>
                ),
              ]}
            />
          );
        })}
      </Rows>
      <SameCommand command={`kubectl get branchprotections -n ${namespace}`} />
    </>
  );
}
