import { ACCEPTED } from './accepted.generated.ts';

/** What was shown of a tool here, at three levels, each apart. Absent: not reached. */
export interface Proof {
  /** Its manifests went through a platform's whole life on a real API server (`npm run prove`): with which releases. */
  accepted?: { kubernetes: string; versions: string[] };
  /** It ran as a plain process against a real API server: what was exercised (`test/slow/real-*.test.ts`). */
  run?: string;
  /** It ran in containers (`npm run prove:containers`): where, and when. */
  containers?: string;
}

/** Level B, tool by tool, in the words of the tests that show it. */
const RUN: Record<string, string> = {
  'argo-cd': 'a push to Gitea is synced',
  'cert-manager': 'a certificate is issued',
  'external-secrets': 'a secret is delivered',
  flux: 'a platform goes through its repository: what is committed is applied, what is taken away put back',
  gitea: 'people sign in by the issuer; a repository is pushed and read',
  keycloak: 'clients are made for tools, and people sign in to them',
  prometheus: 'metrics are found',
  vault: 'a ServiceAccount opens it, and what it keeps is delivered',
};

/** What was shown of a tool. */
export function proofOf(id: string): Proof {
  const accepted = ACCEPTED[id];
  const run = RUN[id];
  return { ...(accepted ? { accepted } : {}), ...(run ? { run } : {}) };
}

/** `accepted by Kubernetes 1.36, run as a process (a certificate is issued), not yet in containers` */
export function proofText(id: string): string {
  const { accepted, run, containers } = proofOf(id);
  return [
    accepted ? `accepted by Kubernetes ${accepted.kubernetes}` : 'not yet accepted by a real API server',
    run ? `run as a process (${run})` : 'not yet run as a process',
    containers ? `run in containers (${containers})` : 'not yet in containers',
  ].join(', ');
}
