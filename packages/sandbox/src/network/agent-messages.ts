/** What the platform asks of the agent in the pods' network. */
export type ToAgent =
  | { op: 'listen'; port: number }
  | { op: 'dial'; id: number; address: string; port: number }
  | { op: 'resolve'; address: string };

/** Its answers; `listening` and `resolving` bring the socket, `dialled` and `accepted` the connection. */
export type FromAgent =
  | { op: 'ready' }
  | { op: 'listening'; port: number }
  | { op: 'notListening'; port: number; message: string }
  | { op: 'accepted' }
  | { op: 'dialled'; id: number }
  | { op: 'notDialled'; id: number; code: string; message: string }
  | { op: 'resolving' };
