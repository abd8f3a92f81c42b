import { hasReason } from '@slipway/api';
import { useQuery } from '@tanstack/react-query';
import { paths } from '../../paths.ts';

/** Reads something of the person's account; whoever is not signed in any more is sent to sign in. */
export function useAccount<T>(name: string, read: () => Promise<T>) {
  return useQuery({
    queryKey: ['account', name],
    queryFn: () =>
      read().catch(error => {
        if (hasReason(error, 'Unauthorized')) location.assign(paths.signIn(location.pathname));
        throw error;
      }),
  });
}
