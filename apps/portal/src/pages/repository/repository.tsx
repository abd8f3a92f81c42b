import { NativeSelect, Text } from '@mantine/core';
import type { Repository } from '@slipway/kinds';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { Copyable } from '../../ui/notice.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { Branches } from './branches.tsx';
import { Code } from './code.tsx';
import { Commits } from './commits.tsx';
import './repository.css';
import { RepositoryHead, useRepository } from './use-repository.tsx';

interface Search {
  tab?: string;
  ref?: string;
  path?: string;
}

/** One repository: its files, commits and branches. What is looked at stands in the address. */
export function RepositoryPage() {
  const found = useRepository();
  const { tab, ref, path = '' } = useSearch({ strict: false }) as Search;
  if ('instead' in found) return found.instead;
  const { repository } = found;
  const { spec, status } = repository;
  const branch = ref ?? spec.defaultBranch ?? 'main';
  const isEmpty = Object.keys(status?.branches ?? {}).length === 0;
  const clone = `git clone ${location.protocol}//git.${location.host}/${spec.owner}/${spec.name}.git`;
  return (
    <>
      <RepositoryHead repository={repository} />
      {spec.description ? <Text my="sm">{spec.description}</Text> : null}
      {isEmpty ? <Text my="lg">Nothing was pushed yet. Clone it, commit, push.</Text> : null}
      {isEmpty || tab === 'branches' ? null : <BranchChoice repository={repository} branch={branch} />}
      {tab === 'branches' ? <Branches repository={repository} /> : null}
      {!isEmpty && tab === 'commits' ? <Commits repository={repository} branch={branch} /> : null}
      {!isEmpty && !tab ? <Code repository={repository} branch={branch} path={path} /> : null}
      <Copyable label="The same in a terminal" text={clone} />
      <ShowYaml object={repository} />
    </>
  );
}

function BranchChoice({ repository, branch }: { repository: Repository; branch: string }) {
  const { metadata, status } = repository;
  const { tab } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const branches = [...new Set([branch, ...Object.keys(status?.branches ?? {})])];
  return (
    <NativeSelect
      label="Branch"
      size="xs"
      my="md"
      maw="20rem"
      data={branches}
      value={branch}
      onChange={event => {
        const search = { ref: event.currentTarget.value, ...(tab ? { tab } : {}) };
        void navigate({
          to: paths.repository(metadata.namespace ?? '', metadata.name ?? ''),
          search: search as never,
        });
      }}
    />
  );
}
