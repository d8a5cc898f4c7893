/** An instance as the worker that it lives in holds it, with the host's resources that its guest has handles of. */
import type { HostInterface } from "../../component/index.ts";
import type { Instance } from "../instance.ts";
import type { PreparedComponent } from "../prepare.ts";
import { malformed } from "./bytes.ts";
import type { ResourceNumbers } from "./codec.ts";

/** An interface that is evaluated where the guest runs: what it answers depends on facts that come with each call. */
export interface LocalInterface {
  readonly functions: HostInterface["functions"];
  begin(facts: Uint8Array | undefined): void;
  /** What the host is to know of it afterwards. */
  report(): Uint8Array | undefined;
}

export class Tenant {
  instance: Instance | undefined;
  prepared: PreparedComponent | undefined;
  readonly resources = new RemoteResources();
  readonly local = new Map<string, LocalInterface>();
  /** Fuel of work that the host did and that is not charged yet. */
  work = 0;

  takeWork(): number {
    const { work } = this;
    this.work = 0;
    return work;
  }
}

/** A resource of the host, as the worker holds it. */
class RemoteResource {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

/** The guest never sees these numbers, only handles to the objects. */
class RemoteResources implements ResourceNumbers {
  numberOf(resource: object): number {
    return resource instanceof RemoteResource ? resource.number : malformed();
  }

  resourceOf(number: number): object {
    return new RemoteResource(number);
  }
}
