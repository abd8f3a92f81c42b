import type { KubeObject } from '@slipway/api';
import { SubjectAccessReview } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../api/client.ts';

const SelfSubjectAccessReview = {
  ...SubjectAccessReview,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
};

/** Whether the signed-in person may do something on the platform, as the API answers it. */
export function useMay(verb: string, group: string, resource: string): boolean {
  const { data } = useQuery({
    queryKey: ['may', verb, group, resource],
    staleTime: 30_000,
    queryFn: async () => {
      const review: SubjectAccessReview & KubeObject = await client.create(SelfSubjectAccessReview, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        metadata: {},
        spec: { resourceAttributes: { verb, group, resource } },
      });
      return review.status?.allowed === true;
    },
  });
  return data ?? false;
}
