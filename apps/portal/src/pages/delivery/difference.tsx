import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createTwoFilesPatch } from 'diff';
import { type ManagedResource, readDifference } from '../../api/argo-cd.ts';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { yamlOf } from '../../ui/yaml-text.ts';
import { Diff } from '../promotion/diff.tsx';
import type { TreeNode } from './tree.ts';

interface Props {
  application: { namespace: string; name: string };
  node: TreeNode;
}

/** Where what lives is not what the source would make of it. */
export default function Difference({ application, node }: Props) {
  const { data, error, isPending } = useQuery({
    queryKey: ['difference', application, node.group, node.kind, node.namespace, node.name],
    queryFn: ({ signal }) => readDifference(application, node, signal),
    staleTime: 0,
  });
  if (error) return <Problem title="It could not be compared">{error.message}</Problem>;
  if (isPending) return <Waiting what="comparing" />;
  const diff = data ? differenceOf(data) : '';
  return (
    <>
      {diff ? (
        <Diff text={{ name: `${node.kind} ${node.name}`, change: wordOf(data), diff }} />
      ) : (
        <Text my="xs">It is as its source says.</Text>
      )}
    </>
  );
}

function wordOf(resource: ManagedResource | undefined): 'added' | 'removed' | 'changed' {
  if (!resource?.live) return 'added';
  return resource.target ? 'changed' : 'removed';
}

/** Unified, of YAML; with the fields taken out that nobody compares. */
function differenceOf({ live, predicted, target }: ManagedResource): string {
  const before = live ? yamlOf(live) : '';
  const after = target ? yamlOf(predicted ?? target) : '';
  if (before === after) return '';
  const patch = createTwoFilesPatch('live', 'source', before, after, '', '', { context: 4 });
  return patch.split('\n').slice(3).join('\n');
}
