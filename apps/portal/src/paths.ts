/** Every address of the portal, in one place. */
export const paths = {
  home: () => '/',
  create: () => '/create',
  template: (name: string) => `/create/${encodeURIComponent(name)}`,
  run: (namespace: string, name: string) =>
    `/runs/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
  service: (namespace: string, name: string) =>
    `/services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
  pipeline: (namespace: string, service: string) =>
    `/services/${encodeURIComponent(namespace)}/${encodeURIComponent(service)}/pipeline`,
  workflow: (namespace: string, name: string) =>
    `/pipelines/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
  catalog: () => '/catalog',
  entity: (kind: string, namespace: string, name: string) =>
    `/catalog/${encodeURIComponent(kind.toLowerCase())}/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
  deliveries: () => '/delivery',
  delivery: (namespace: string, application: string) =>
    `/delivery/${encodeURIComponent(namespace)}/${encodeURIComponent(application)}`,
  environments: () => '/environments',
  retirement: (namespace: string, name: string) =>
    `/retirements/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
  promotion: (namespace: string, name: string) =>
    `/promotions/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
  repositories: () => '/repositories',
  repository: (namespace: string, name: string) =>
    `/repositories/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
  changes: (namespace: string, repository: string) =>
    `/repositories/${encodeURIComponent(namespace)}/${encodeURIComponent(repository)}/changes`,
  change: (namespace: string, repository: string, number: number) =>
    `/repositories/${encodeURIComponent(namespace)}/${encodeURIComponent(repository)}/changes/${number}`,
  me: () => '/me',
  people: () => '/people',
  teams: () => '/teams',
  team: (name: string) => `/teams/${encodeURIComponent(name)}`,
  platform: () => '/platform',
  capability: (id: string) => `/platform/capabilities/${encodeURIComponent(id)}`,
  insights: () => '/platform/insights',
  serviceInsights: (namespace: string, name: string) =>
    `/platform/insights/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
  maturity: () => '/platform/maturity',
  policies: () => '/platform/policies',
  audit: () => '/platform/audit',
  security: () => '/platform/security',
  trace: (namespace: string, pod: string) =>
    `/trace/${encodeURIComponent(namespace)}/${encodeURIComponent(pod)}`,
  /** Of the session filter, outside the portal. */
  signIn: (back: string) => `/auth/login?to=${encodeURIComponent(back)}`,
  signOut: () => '/auth/logout',
};
