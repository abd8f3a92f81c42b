import { hasReason } from '@slipway/api';
import { askWho } from '@slipway/client';
import { useQuery } from '@tanstack/react-query';
import { paths } from '../paths.ts';
import { client } from './client.ts';

/** Who is signed in; somebody who is not is sent to sign in. */
export function usePerson(): { name: string | undefined; groups: string[] } {
  const { data } = useQuery({ queryKey: ['person'], queryFn: signedIn, staleTime: 60_000 });
  return { name: data?.username, groups: data?.groups ?? [] };
}

async function signedIn() {
  try {
    return await askWho(client);
  } catch (error) {
    if (hasReason(error, 'Unauthorized')) location.assign(paths.signIn(location.pathname));
    throw error;
  }
}
