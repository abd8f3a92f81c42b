import type { GitWish, Grant, Wisher } from '@slipway/definition';
import { gitGrant } from '../git-access/grant.ts';
import { ownerOf } from './hosted-api.ts';

/**
 * At a server with one place for everybody, the address says where the platform's own repositories are.
 * @throws SlipwayError OwnerMissing when one is wished for and it does not
 */
export function hostedGrant(
  wish: GitWish,
  wisher: Wisher,
  { address, ...about }: { address: string; title: string; example: string },
): Grant {
  if (wish.repository === undefined)
    return gitGrant(wish, wisher, { url: address, publicUrl: address, owner: '' });
  const { origin } = new URL(address);
  return gitGrant(wish, wisher, { url: origin, publicUrl: origin, owner: ownerOf(address, about) });
}
