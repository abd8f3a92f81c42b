import { SelfSubjectReview } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../api/client.ts';

/** Kubernetes' own groups, and the one of everybody, say nothing about a person. */
const EVERYBODYS = /^(system:|slipway:)/;

/** The signed-in person as the API knows them now. */
export function useMe(): { name: string | undefined; groups: string[] | undefined } {
  const { data } = useQuery({
    queryKey: ['me'],
    queryFn: () =>
      client.create(SelfSubjectReview, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
        metadata: {},
      }),
  });
  const { username, groups } = data?.status?.userInfo ?? {};
  return { name: username, groups: groups?.filter(group => !EVERYBODYS.test(group)) };
}
