import type { KubeObject, Stored, UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import { TokenReview } from '@slipway/kinds';

/** Who a token of the platform's issuer belongs to. */
export type Verify = (token: string) => Promise<UserInfo | undefined>;

/** A client whose token reviews know the platform's issuer, which the cluster's API server need not be told of. */
export function withIssuer(client: Client, verify: Verify): Client {
  const create: Client['create'] = async (kind, object, options) => {
    if (kind.kind !== TokenReview.kind || kind.group !== TokenReview.group)
      return client.create(kind, object, options);
    const review = object as unknown as TokenReview;
    const user = await verify(review.spec?.token ?? '');
    if (!user) return client.create(kind, object, options);
    return { ...object, status: { authenticated: true, user } } as unknown as Stored<
      typeof object & KubeObject
    >;
  };
  return { ...client, create };
}
