import { isSshUrl } from './git-url.ts';
import type { RepositoryAccess } from './repository.ts';

export interface HostTrust {
  url: string;
  /** `argocd-tls-certs-cm`: PEM text by host name. */
  certificates: Record<string, string>;
  /** `argocd-ssh-known-hosts-cm` */
  hosts: Record<string, string>;
}

/** A repository with the certificate and the host keys that are known of its server. */
export function withHostTrust(repository: RepositoryAccess, trust: HostTrust): RepositoryAccess {
  const host = hostOf(trust.url);
  const ca = trust.certificates[host] ?? '';
  return { ...repository, ca, knownHosts: isSshUrl(trust.url) ? (trust.hosts.ssh_known_hosts ?? '') : '' };
}

function hostOf(url: string): string {
  const text = url.includes('://') ? url : `ssh://${url.replace(':', '/')}`;
  return URL.parse(text)?.hostname ?? '';
}
