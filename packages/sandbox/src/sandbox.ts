import type { Duplex, Readable, Writable } from 'node:stream';

export type Driver = 'docker' | 'sandbox' | 'process';

/** What this driver really enforces on this machine, found out by trying. `no` carries the reason. */
export interface Guarantees {
  ownFiles: Guarantee;
  ownNetwork: Guarantee;
  limits: Guarantee;
  anyImage: Guarantee;
}
export type Guarantee = { holds: true } | { holds: false; reason: string };

/** The network as a pod may use it. The caller decides; the agent in the pod only carries. */
export interface PodNetwork {
  /** Addresses of a name as asked by the pod's resolver; empty: no such name. */
  lookup(name: string): Promise<string[]>;
  /** Opens the connection a process in the pod asked for. Rejects when it may not or cannot. */
  connect(target: { address: string; port: number }): Promise<Duplex>;
}

export interface PodOptions {
  /** Unique for each pod: its uid. */
  id: string;
  hostname: string;
  /** Address others reach the pod at, e.g. `10.244.0.7`; the process driver answers with 127.0.0.1 instead. */
  address: string;
  /** Virtual ranges (Services) whose connections go to `network.connect`. */
  network: PodNetwork;
  /** Ports that the containers declare: the process driver refuses a pod whose port is taken. */
  ports: number[];
  /** For `/etc/resolv.conf`; the driver adds the name server. */
  dns?: { searches: string[]; options: string[] };
  /** Further lines of `/etc/hosts`. */
  hosts?: { address: string; names: string[] }[];
}

export interface Mount {
  source: string;
  /** Absolute path inside. */
  target: string;
  readOnly: boolean;
}

export interface ContainerOptions {
  name: string;
  /** Unpacked layers, lowest first, and an own writable folder on top. */
  rootfs: { layers: string[]; upper: string };
  /**
   * The caller reads `upper` when the container has ended. Drivers whose engine keeps what containers write in a place
   * of its own bring it there only when asked, before `exited` resolves.
   */
  keepChanges?: boolean;
  /** Digest-pinned reference, for the docker driver and for messages. */
  image: string;
  command: string[];
  env: Record<string, string>;
  workingDir: string;
  /** The image is made of this machine's own programs, so its command also runs outside it (process driver). */
  hostBased?: boolean;
  /** Numeric ids inside the pod; `groups` are supplementary. */
  user: { uid: number; gid: number; groups?: number[] };
  mounts: Mount[];
  readOnlyRootFilesystem: boolean;
  /** What root inside gives up besides what nobody gets, e.g. `CHOWN` or `ALL`; SYS_CHROOT may stay. */
  dropCapabilities?: string[];
  limits: { cpuMillis?: number; memoryBytes?: number; pids?: number };
  tty: boolean;
  stdin: boolean;
}

export interface Exit {
  exitCode: number;
  /** Name of the signal that ended it, e.g. `SIGKILL`. */
  signal?: string;
  outOfMemory?: boolean;
}

export interface Container {
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly stdin?: Writable;
  readonly exited: Promise<Exit>;
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'): void;
  /** Of its terminal, when it has one. */
  resize(size: TerminalSize): void;
  exec(options: { command: string[]; tty: boolean; env?: Record<string, string> }): Promise<Process>;
}

/** In characters. */
export interface TerminalSize {
  width: number;
  height: number;
}

export interface Process {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<Exit>;
  resize(size: TerminalSize): void;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** A pod's shared part: its network, its agent, its processes. */
export interface PodSandbox {
  readonly id: string;
  readonly address: string;
  start(container: ContainerOptions): Promise<Container>;
  /** A connection to a port inside the pod. Rejects with ECONNREFUSED when nothing listens. */
  dial(port: number): Promise<Duplex>;
  /** As `dial`, for what listens on the pod's own loopback only: as a process in the pod would reach it. */
  dialLoopback(port: number): Promise<Duplex>;
  /** Ends everything in it and removes what it left; never fails for what is already gone. */
  stop(): Promise<void>;
}

/**
 * Runs process trees with their own files and network. One driver for the whole platform.
 * Errors: `SandboxUnsupported` (this machine cannot), `PortTaken` (process driver), `ImageNotForHost`,
 * `CommandNotFound` (nothing was started), `ContainerFailed` (its surroundings could not be made).
 */
export interface Sandbox {
  readonly driver: Driver;
  readonly guarantees: Guarantees;
  pod(options: PodOptions): Promise<PodSandbox>;
  /** A connection to a running pod's port by its address. Rejects with ECONNREFUSED when there is none. */
  dial(target: { address: string; port: number }): Promise<Duplex>;
  /** Removes what pods of an earlier run left behind (processes, mounts, folders). */
  clean(): Promise<void>;
  /**
   * Ports of virtual addresses (Services', other pods') whose connections the pods' networks carry to
   * `PodNetwork.connect`. Ports named once stay; a connection to any other port is refused at once.
   */
  carry(ports: Iterable<number>): Promise<void>;
  /** Removes a folder that containers wrote into, whoever its files belong to. */
  remove(folder: string): Promise<void>;
  /** Stops every pod and what the driver itself runs. */
  close(): Promise<void>;
}
