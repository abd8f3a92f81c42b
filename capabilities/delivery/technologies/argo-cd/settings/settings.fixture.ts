import type { Stored } from '@slipway/api';
import type { Secret } from '@slipway/kinds';

/** An administrator names the server of a URL, so that it may stand on this machine. */
export function serverSecret(url: string): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'test-server',
      namespace: 'argocd',
      labels: { 'argocd.argoproj.io/secret-type': 'repo-creds' },
    },
    stringData: { url: new URL(url).origin },
  };
}

/** A Secret of Argo CD's, with its values as text. */
export function argoSecret(
  type: string,
  name: string,
  texts: Record<string, string>,
  metadata: object = {},
): Stored<Secret> {
  const { labels = {}, ...rest } = metadata as { labels?: Record<string, string> };
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: 'argocd',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'argocd.argoproj.io/secret-type': type, ...labels },
      ...rest,
    },
    data,
  };
}
