import { messageOf } from '@slipway/api';
import type { ExistingPorts, Finding } from '@slipway/definition';
import { listRemote } from '@slipway/sources';

/** Git itself, with the credentials that the tools will use: the references of one repository. */
export async function checkGit(
  { folder, ca, signal }: ExistingPorts,
  { url, username, password }: { url: string | undefined; username: string; password: string },
): Promise<Finding> {
  const check = 'git';
  if (!url) return { check, ok: true, found: 'no repository is there to try Git with' };
  try {
    const auth = { username, password };
    const refs = await listRemote({ url, auth, cacheFolder: folder, signal, ...(ca ? { tls: { ca } } : {}) });
    return { check, ok: true, found: `${url}: ${refs.length} references` };
  } catch (error) {
    const advice = 'give a token that may read repositories over HTTPS';
    return { check, ok: false, found: `${url}: ${messageOf(error)}`, advice };
  }
}
