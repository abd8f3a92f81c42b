import { registryConformance } from '../../conformance.ts';
import { ADA, BOB, startTestRegistry } from './testbed.ts';

registryConformance('oci-registry', async () => {
  const { url, close } = await startTestRegistry();
  return { url, close, owner: ADA, stranger: BOB, repository: 'acme/app' };
});
