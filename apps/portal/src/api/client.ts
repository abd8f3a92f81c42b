import { createClient, httpTransport } from '@slipway/client';

/** The platform's API with the signed-in person's rights; the session filter adds who that is. */
export const client = createClient(httpTransport({ url: `${location.origin}/k8s` }));
