// Written by `npm run prove -- --write`: what the real API server took, release by release.
export const ACCEPTED: Record<string, { kubernetes: string; versions: string[] }> = {};
