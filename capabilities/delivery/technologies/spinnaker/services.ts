/** The services this catalogue installs, with the port each listens at. */
export const SERVICES = {
  clouddriver: { port: 7002, cpu: '250m', memory: '1Gi' },
  echo: { port: 8089, cpu: '100m', memory: '512Mi' },
  front50: { port: 8080, cpu: '100m', memory: '512Mi' },
  gate: { port: 8084, cpu: '100m', memory: '512Mi' },
  orca: { port: 8083, cpu: '100m', memory: '512Mi' },
  rosco: { port: 8087, cpu: '100m', memory: '512Mi' },
} as const;

export type ServiceName = keyof typeof SERVICES;
export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

export const NAMESPACE = 'spinnaker';
/** The images of its services run as this user. */
export const USER = 10_111;
export const DATABASE = 'spinnaker-database';
