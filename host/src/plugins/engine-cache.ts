/**
 * What an engine keeps in a cache, and under which keys: its metered modules, the image of its warmed-up instance, the code of
 * sources, the image of loaded code. Everything in it can be computed again and is the same then.
 */
import type { Diagnostic } from "../errors.ts";
import type { ArtifactCache } from "../powers/types.ts";
import {
  freezeImage,
  freezeMetered,
  type Image,
  type MeteredModule,
  type Parts,
  type PreparedComponent,
  packParts,
  thawImage,
  thawMetered,
  unpackParts,
} from "../sandbox/index.ts";
import type { CompiledCode } from "./engine.ts";
import type { ToolInfo } from "./guest.ts";
import type { LoadedCode } from "./program.ts";

/** All that opening an engine computes, and all that it needs the next time. */
export interface OpenedEngine {
  readonly abi: string;
  /** The component without its code (`outlineComponent`). */
  readonly outline: Uint8Array;
  readonly metered: readonly MeteredModule[];
}

export class EngineCache {
  readonly #cache: ArtifactCache | undefined;
  readonly #engineHash: string;

  constructor(cache: ArtifactCache | undefined, engineHash: string) {
    this.#cache = cache;
    this.#engineHash = engineHash;
  }

  async opened(): Promise<OpenedEngine | undefined> {
    const kept = await this.#get<string>("engine");
    if (!kept) return undefined;
    const { facts, parts } = kept.rest;
    return { abi: kept.facts, outline: parts[0]!, metered: thawMetered({ facts, parts: parts.slice(1) }) };
  }

  putOpened({ abi, outline, metered }: OpenedEngine): Promise<void> {
    const { facts, parts } = freezeMetered(metered);
    return this.#put("engine", abi, { facts, parts: [outline, ...parts] });
  }

  async warm(prepared: PreparedComponent): Promise<Image | undefined> {
    const kept = await this.#get("warm");
    return kept && thawImage(kept.rest, prepared);
  }

  putWarm(image: Image): Promise<void> {
    return this.#put("warm", null, freezeImage(image));
  }

  async compiled(sourceHash: string): Promise<CompiledCode | undefined> {
    const kept = await this.#get<readonly Diagnostic[]>(`code-${sourceHash}`);
    return kept && { code: kept.rest.parts[0]!, warnings: kept.facts };
  }

  putCompiled(sourceHash: string, { code, warnings }: CompiledCode): Promise<void> {
    return this.#put(`code-${sourceHash}`, warnings, { facts: null, parts: [code] });
  }

  async loaded(code: Uint8Array, codeHash: string, prepared: PreparedComponent): Promise<LoadedCode | undefined> {
    const kept = await this.#get<{ readonly loadFuel: number; readonly tools: readonly ToolInfo[] }>(
      `loaded-${codeHash}`,
    );
    return kept && { code, image: thawImage(kept.rest, prepared), ...kept.facts };
  }

  async putLoaded(codeHash: string, { image, loadFuel, tools }: LoadedCode): Promise<void> {
    if (image) await this.#put(`loaded-${codeHash}`, { loadFuel, tools }, freezeImage(image));
  }

  async #get<Facts>(key: string): Promise<{ readonly facts: Facts; readonly rest: Parts } | undefined> {
    const bytes = await this.#cache?.get(`${this.#engineHash}-${key}`);
    if (bytes === undefined) return undefined;
    const { facts, parts } = unpackParts(bytes);
    const [own, rest] = facts as [Facts, unknown];
    return { facts: own, rest: { facts: rest, parts } };
  }

  async #put(key: string, facts: unknown, rest: Parts): Promise<void> {
    await this.#cache?.put(`${this.#engineHash}-${key}`, packParts({ facts: [facts, rest.facts], parts: rest.parts }));
  }
}
