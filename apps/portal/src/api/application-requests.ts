import { DeliveredApplication, operationOf, type Sync } from './application.ts';
import { client } from './client.ts';

/** Asks the controller to compare it again now. @throws StatusError */
export async function requestRefresh({ metadata }: DeliveredApplication): Promise<void> {
  const { namespace = '', name = '' } = metadata;
  const body = { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } };
  await client.patch(DeliveredApplication, { namespace, name }, { type: 'merge', body });
}

/** Asks to end the sync that runs. @throws StatusError */
export async function requestStop({ metadata }: DeliveredApplication): Promise<void> {
  const { namespace = '', name = '' } = metadata;
  const body = { status: { operationState: { phase: 'Terminating' } } };
  await client.patch(DeliveredApplication, { namespace, name }, { type: 'merge', body });
}

/** Asks for a sync as the signed-in person. @throws StatusError */
export async function requestSync(
  { metadata }: DeliveredApplication,
  sync: Sync,
  username: string | undefined,
): Promise<void> {
  const { namespace = '', name = '' } = metadata;
  const body = { operation: operationOf(sync, username) };
  await client.patch(DeliveredApplication, { namespace, name }, { type: 'merge', body });
}
