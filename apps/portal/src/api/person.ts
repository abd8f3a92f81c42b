import { hasReason, type Kind, type KubeObject } from '@slipway/api';
import { useQuery } from '@tanstack/react-query';
import { paths } from '../paths.ts';
import { client } from './client.ts';

interface SelfSubjectReview extends KubeObject {
  status?: { userInfo?: { username?: string; groups?: string[] } };
}

const SelfSubjectReview: Kind<SelfSubjectReview> = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
};

/** Who is signed in; somebody who is not is sent to sign in. */
export function usePerson(): { name: string | undefined } {
  const { data } = useQuery({ queryKey: ['person'], queryFn: askWho, staleTime: 60_000 });
  return { name: data };
}

async function askWho(): Promise<string> {
  try {
    const review = await client.create(SelfSubjectReview, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
      metadata: {},
    });
    return review.status?.userInfo?.username ?? '';
  } catch (error) {
    if (hasReason(error, 'Unauthorized')) location.assign(paths.signIn(location.pathname));
    throw error;
  }
}
